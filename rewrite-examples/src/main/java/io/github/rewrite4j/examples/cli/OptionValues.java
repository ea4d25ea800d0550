package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.io.PrintableText;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Numbers and files as values of options. What no option can mean, such as NaN, infinities, negative counts, numbers that
 * overflow and names that no file can have here, is wrong usage for all of them.
 */
final class OptionValues {
    /** What goes beyond is no amount of anything here, and overflows in 32 bits sooner or later. */
    private static final double LARGEST = 1e9;

    private OptionValues() {}

    /** Makes all commands read their values so, unless an option has a converter of its own. */
    static void register(CommandLine commands) {
        ITypeConverter<Integer> count = text -> (int) whole(text, 0, Integer.MAX_VALUE);
        ITypeConverter<Long> seed = text -> whole(text, 0, Sample.MAX_SEED);
        ITypeConverter<Double> amount = OptionValues::amount;
        commands.registerConverter(Integer.class, count);
        commands.registerConverter(int.class, count);
        commands.registerConverter(Long.class, seed);
        commands.registerConverter(long.class, seed);
        commands.registerConverter(Double.class, amount);
        commands.registerConverter(double.class, amount);
        commands.registerConverter(Path.class, OptionValues::file);
    }

    /** A number that may be negative. */
    static final class Signed implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            return finite(text);
        }
    }

    /** A number of things of which there must be some. */
    static final class Positive implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return (int) whole(text, 1, Integer.MAX_VALUE);
        }
    }

    /** The constant that is written {@code like-this} on the command line. */
    static <E extends Enum<E>> E oneOf(E[] values, String text) {
        for (E value : values) {
            if (written(value).equals(text)) {
                return value;
            }
        }
        throw new TypeConversionException("'" + PrintableText.name(text) + "' is none of "
                + Arrays.stream(values).map(OptionValues::written).collect(Collectors.joining(", ")));
    }

    private static String written(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Path file(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException impossible) {
            throw new TypeConversionException(Failures.sentence(impossible));
        }
    }

    private static long whole(String text, long least, long largest) {
        try {
            long number = Long.parseLong(text.strip());
            if (number >= least && number <= largest) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Said below, together with numbers out of range.
        }
        throw wrong(text, "a whole number from " + least + " to " + largest);
    }

    private static double amount(String text) {
        double number = finite(text);
        if (number < 0) {
            throw wrong(text, "a number from 0");
        }
        return number + 0.0;
    }

    static double finite(String text) {
        try {
            double number = Double.parseDouble(text.strip());
            if (Math.abs(number) <= LARGEST) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Said below, together with numbers that are not finite.
        }
        throw wrong(text, "a finite number of at most a thousand million");
    }

    private static TypeConversionException wrong(String text, String wanted) {
        return new TypeConversionException("'" + PrintableText.name(text) + "' is not " + wanted);
    }
}
