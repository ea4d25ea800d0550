package io.github.rewrite4j.samediff.generator.dcgan;

import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.samediff.generator.PixelRange;
import java.util.Arrays;
import java.util.List;

/**
 * What a state dict does not say.
 *
 * @param strides one for each layer, or empty for those that the kernels suggest
 * @param slope of the rectifiers below zero
 * @param pixels what the last activation makes: {@link PixelRange#SYMMETRIC} a tangent, {@link PixelRange#UNIT} a sigmoid
 * @param epsilon of the norms
 */
record DcganSettings(List<Integer> strides, double slope, PixelRange pixels, double epsilon) {
    DcganSettings {
        strides = List.copyOf(strides);
        if (strides.stream().anyMatch(stride -> stride < 1 || stride > 8)) {
            throw new IllegalArgumentException("Strides are whole numbers from 1 to 8, but got " + strides + ".");
        }
        if (!(slope >= 0 && slope <= 1)) {
            throw new IllegalArgumentException("A slope lies between 0 and 1, but got " + slope + ".");
        }
        if (!(epsilon > 0 && epsilon <= 1)) {
            throw new IllegalArgumentException("An epsilon lies above 0 and is at most 1, but got " + epsilon + ".");
        }
    }

    static DcganSettings of(LoadOptions options) {
        return new DcganSettings(
                options.get(DcganFamily.STRIDES).map(DcganSettings::whole).orElse(List.of()),
                options.get(DcganFamily.SLOPE).map(text -> real("slope", text)).orElse(0.0),
                options.get(DcganFamily.LAST).map(DcganSettings::range).orElse(PixelRange.SYMMETRIC),
                options.get(DcganFamily.EPSILON)
                        .map(text -> real("epsilon", text))
                        .orElse(1e-5));
    }

    private static List<Integer> whole(String text) {
        try {
            return Arrays.stream(text.split(",", -1))
                    .map(number -> Integer.valueOf(number.strip()))
                    .toList();
        } catch (NumberFormatException none) {
            throw new IllegalArgumentException("Strides are numbers such as 1,2,2,2, but got '" + text + "'.", none);
        }
    }

    private static double real(String name, String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException none) {
            throw new IllegalArgumentException("The option " + name + " is a number, but got '" + text + "'.", none);
        }
    }

    private static PixelRange range(String text) {
        return switch (text) {
            case "tanh" -> PixelRange.SYMMETRIC;
            case "sigmoid" -> PixelRange.UNIT;
            default ->
                throw new IllegalArgumentException("The last activation is tanh or sigmoid, but got '" + text + "'.");
        };
    }
}
