package io.github.rewrite4j.samediff.perception;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a network expects to be made of a picture before it looks: a size, and of each pixel v in [0, 1] of colour c the number
 * (v - mean_c) / deviation_c. Resizing is linear with half-pixel centres; where pictures become smaller, over the triangle that
 * covers the pixels in between (as the Python Imaging Library's BILINEAR and PyTorch's {@code antialias=True}).
 *
 * @param height rows, 0 for those of the picture
 * @param width columns, 0 for those of the picture
 * @param mean of red, green and blue
 * @param deviation of red, green and blue
 * @param blueFirst whether the network takes blue, green, red
 */
public record Preprocessing(int height, int width, List<Double> mean, List<Double> deviation, boolean blueFirst) {
    private static final List<Double> NOTHING = List.of(0.0, 0.0, 0.0);

    public Preprocessing {
        Objects.requireNonNull(mean, "mean");
        Objects.requireNonNull(deviation, "deviation");
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
        if (height < 0 || width < 0 || (height == 0) != (width == 0)) {
            throw new IllegalArgumentException(
                    "A network takes pictures of a size, or of any (0 and 0), but got " + height + " x " + width + ".");
        }
        if (mean.size() != 3
                || deviation.size() != 3
                || deviation.stream().anyMatch(number -> !(number > 0) || number.isInfinite())
                || mean.stream().anyMatch(number -> !Double.isFinite(number))) {
            throw new IllegalArgumentException(
                    "Means and deviations are three finite numbers each, deviations positive," + " but got " + mean
                            + " and " + deviation + ".");
        }
    }

    /** Numbers from 0 to 1, in the picture's own size. */
    public static Preprocessing unit() {
        return new Preprocessing(0, 0, NOTHING, List.of(1.0, 1.0, 1.0), false);
    }

    /** Numbers from -1 to 1, as face recognisers and the Inception of the FID take them. */
    public static Preprocessing symmetric() {
        return new Preprocessing(0, 0, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5), false);
    }

    /** Numbers from 0 to 255. */
    public static Preprocessing bytes() {
        return new Preprocessing(0, 0, NOTHING, List.of(1 / 255.0, 1 / 255.0, 1 / 255.0), false);
    }

    /** The means and deviations of ImageNet, as torchvision's networks (VGG, ResNet and others) take them. */
    public static Preprocessing imageNet() {
        return new Preprocessing(0, 0, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225), false);
    }

    /** The same for pictures of a size. */
    public Preprocessing size(int height, int width) {
        return new Preprocessing(height, width, mean, deviation, blueFirst);
    }

    /** The same with blue, green, red, as Caffe's networks take colours. */
    public Preprocessing inBlueGreenRed() {
        return new Preprocessing(height, width, mean, deviation, true);
    }

    /**
     * From text: {@code unit}, {@code symmetric}, {@code bytes} or {@code imagenet}, then {@code -bgr} where blue comes first,
     * then {@code @HEIGHTxWIDTH} or {@code @SIDE} where the network takes one size: {@code imagenet@224}.
     */
    public static Preprocessing parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        int at = lower.indexOf('@');
        String kind = at < 0 ? lower : lower.substring(0, at);
        boolean blueFirst = kind.endsWith("-bgr");
        Preprocessing found =
                switch (blueFirst ? kind.substring(0, kind.length() - 4) : kind) {
                    case "unit" -> unit();
                    case "symmetric" -> symmetric();
                    case "bytes" -> bytes();
                    case "imagenet" -> imageNet();
                    default -> throw unknown(text);
                };
        if (at >= 0) {
            String[] sides = lower.substring(at + 1).split("x", -1);
            try {
                int[] size = Arrays.stream(sides).mapToInt(Integer::parseInt).toArray();
                if (size.length > 2 || size[0] < 1 || size[size.length - 1] < 1) {
                    throw unknown(text);
                }
                found = found.size(size[0], size[size.length - 1]);
            } catch (NumberFormatException none) {
                throw unknown(text);
            }
        }
        return blueFirst ? found.inBlueGreenRed() : found;
    }

    private static IllegalArgumentException unknown(String text) {
        return new IllegalArgumentException(
                "A preprocessing is unit, symmetric, bytes or imagenet, with -bgr where blue comes"
                        + " first and @SIDE or @HEIGHTxWIDTH where the network takes one size, such as imagenet@224; got '"
                        + text
                        + "'.");
    }

    /** What becomes of a pixel p in [-1, 1] of a colour: a p + b; here a. */
    public double factor(int colour) {
        return 0.5 / deviation.get(colour);
    }

    /** As {@link #factor}, here b. */
    public double offset(int colour) {
        return (0.5 - mean.get(colour)) / deviation.get(colour);
    }

    /**
     * Weights of the pixels of a row or column in each of a new size.
     *
     * @return [to][from], each row adds up to 1
     */
    public static double[][] resizing(int from, int to) {
        double[][] weights = new double[to][from];
        double ratio = (double) from / to;
        double reach = Math.max(1, ratio);
        for (int i = 0; i < to; i++) {
            double centre = (i + 0.5) * ratio;
            double sum = 0;
            for (int j = 0; j < from; j++) {
                weights[i][j] = Math.max(0, 1 - Math.abs(j + 0.5 - centre) / reach);
                sum += weights[i][j];
            }
            for (int j = 0; j < from; j++) {
                weights[i][j] /= sum;
            }
        }
        return weights;
    }
}
