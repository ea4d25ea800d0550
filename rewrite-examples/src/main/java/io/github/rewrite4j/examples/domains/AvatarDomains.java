package io.github.rewrite4j.examples.domains;

import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.ImageTransform;
import io.github.rewrite4j.samediff.expansion.PictureTransform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Domains by name: the effects of {@link PictureEffects}, and plain variations to have many. */
public final class AvatarDomains {
    private AvatarDomains() {}

    private static Map<String, PictureTransform> effects() {
        Map<String, PictureTransform> effects = new LinkedHashMap<>();
        effects.put("sketch", PictureEffects.pencilSketch());
        effects.put("night", PictureEffects.night());
        effects.put("8-bit", PictureEffects.eightBit(4));
        effects.put("pop-art", PictureEffects.popArt());
        return effects;
    }

    /** Names that {@link #effect} knows. */
    public static Set<String> names() {
        return effects().keySet();
    }

    /**
     * A domain of transformed pictures.
     *
     * @throws IllegalArgumentException naming the effects that there are
     */
    public static AdaptationObjective effect(String name) {
        PictureTransform transform = effects().get(name);
        if (transform == null) {
            throw new IllegalArgumentException(
                    "There is no effect '" + name + "': choose of " + String.join(", ", names()) + ".");
        }
        return ImageTransform.of(name, transform);
    }

    /** Fifteen more: tints, turned hues, sizes of pixels, tones. */
    public static List<AdaptationObjective> variations() {
        Map<String, PictureTransform> all = new LinkedHashMap<>();
        all.put("red", tint(1, 0.45f, 0.45f));
        all.put("green", tint(0.45f, 1, 0.5f));
        all.put("blue", tint(0.45f, 0.55f, 1));
        all.put("gold", tint(1, 0.8f, 0.3f));
        all.put("violet", tint(0.75f, 0.4f, 1));
        all.put("hue 90", hue(90));
        all.put("hue 180", hue(180));
        all.put("hue 270", hue(270));
        all.put("pixels 2", pixels(2));
        all.put("pixels 8", pixels(8));
        all.put("grey", tone(0, 1, 0));
        all.put("negative", tone(1, -1, 0));
        all.put("faded", tone(0.4f, 0.5f, 0.3f));
        all.put("dark", tone(1, 0.7f, -0.4f));
        all.put("loud", tone(1.8f, 1.2f, 0));
        List<AdaptationObjective> domains = new ArrayList<>();
        all.forEach((name, transform) -> domains.add(ImageTransform.of(name, transform)));
        return domains;
    }

    /** Brightness in one colour, half mixed with the picture. */
    private static PictureTransform tint(float red, float green, float blue) {
        float[] colour = {red, green, blue};
        return (picture, height, width) -> {
            int plane = height * width;
            float[] result = new float[picture.length];
            for (int i = 0; i < result.length; i++) {
                float grey = grey(picture, i % plane, plane);
                float own = (picture[i] + 1) / 2;
                float lit = (0.3f * own + 0.7f * (grey + 1) / 2) * colour[i / plane];
                result[i] = clip(2 * lit - 1);
            }
            return result;
        };
    }

    /** Colours turned about the axis of greys. */
    private static PictureTransform hue(double degrees) {
        double angle = Math.toRadians(degrees);
        double along = (1 - Math.cos(angle)) / 3;
        double across = Math.sin(angle) / Math.sqrt(3);
        return (picture, height, width) -> {
            int plane = height * width;
            float[] result = new float[picture.length];
            for (int c = 0; c < 3; c++) {
                for (int i = 0; i < plane; i++) {
                    double own = picture[c * plane + i];
                    double next = picture[(c + 1) % 3 * plane + i];
                    double last = picture[(c + 2) % 3 * plane + i];
                    result[c * plane + i] = clip(
                            (float) (own * Math.cos(angle) + along * (own + next + last) + across * (last - next)));
                }
            }
            return result;
        };
    }

    /** Squares of one colour each. */
    private static PictureTransform pixels(int side) {
        return (picture, height, width) -> {
            float[] result = new float[picture.length];
            int columns = (width + side - 1) / side;
            float[] sums = new float[3 * ((height + side - 1) / side) * columns];
            int[] counts = new int[sums.length];
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < result.length; i++) {
                    int row = i / width % height;
                    int square = (i / (height * width) * (sums.length / 3)) + row / side * columns + i % width / side;
                    if (round == 0) {
                        sums[square] += picture[i];
                        counts[square]++;
                    } else {
                        result[i] = clip(sums[square] / counts[square]);
                    }
                }
            }
            return result;
        };
    }

    /** Colours by a factor, then everything by another, then moved. */
    private static PictureTransform tone(float colours, float contrast, float brighter) {
        return (picture, height, width) -> {
            int plane = height * width;
            float[] result = new float[picture.length];
            for (int i = 0; i < result.length; i++) {
                float grey = grey(picture, i % plane, plane);
                result[i] = clip(contrast * (grey + colours * (picture[i] - grey)) + brighter);
            }
            return result;
        };
    }

    private static float grey(float[] picture, int at, int plane) {
        return 0.299f * picture[at] + 0.587f * picture[plane + at] + 0.114f * picture[2 * plane + at];
    }

    private static float clip(float v) {
        return Math.min(1, Math.max(-1, v));
    }
}
