package io.github.rewrite4j.samediff.perception;

import java.util.Objects;
import java.util.Random;

/**
 * How pictures are distorted for training, so that a network learns what they show and not their pixels. Colours to be
 * named change with the picture.
 *
 * @param shift largest shift in pixels along each axis; the border is repeated
 * @param contrast largest relative change of contrast, of each channel on its own in a quarter of its size
 * @param brightness largest change of brightness
 * @param noise largest standard deviation of Gaussian noise
 * @param blur share of pictures that are blurred by up to a 3x3 binomial filter, since generated pictures are softer than
 *     drawn ones
 */
public record Augmentation(int shift, double contrast, double brightness, double noise, double blur) {
    /** Slight ones: 3 pixels, 12 % contrast, 0.08 brightness, noise of up to 0.05, a third blurred. */
    public static final Augmentation DEFAULT = new Augmentation(3, 0.12, 0.08, 0.05, 1.0 / 3);

    public Augmentation {
        if (shift < 0
                || !(contrast >= 0 && contrast < 1)
                || !(brightness >= 0 && brightness < 1)
                || !(noise >= 0 && noise < 1)
                || !(blur >= 0 && blur <= 1)) {
            throw new IllegalArgumentException("A distortion is out of range: shift " + shift + " (from 0), contrast "
                    + contrast + ", brightness " + brightness + ", noise " + noise + ", blur " + blur + " (0 to 1).");
        }
    }

    /** Gaussian numbers, more than a picture has values, so that each takes a stretch that starts anywhere. */
    public static float[] gaussians(int size, Random random) {
        Objects.requireNonNull(random, "random");
        float[] numbers = new float[8 * 3 * size * size];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    /** What happens to the colours of one picture: factor and offset of each channel. */
    public static final class Tint {
        private final float[] factor = new float[3];
        private final float[] offset = new float[3];

        /**
         * Does to one colour what was done to the picture.
         *
         * @param colour changed in place
         * @param at where its red lies
         */
        public void apply(float[] colour, int at) {
            Objects.requireNonNull(colour, "colour");
            for (int c = 0; c < 3; c++) {
                colour[at + c] = factor[c] * colour[at + c] + offset[c];
            }
        }
    }

    /**
     * Distorts a picture.
     *
     * @param from [3, size, size]
     * @param to a batch, filled from {@code at} on
     * @param gaussians of {@link #gaussians}
     */
    public Tint distort(float[] from, float[] to, int at, int size, float[] gaussians, Random random) {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(gaussians, "gaussians");
        int dx = random.nextInt(2 * shift + 1) - shift;
        int dy = random.nextInt(2 * shift + 1) - shift;
        Tint tint = tint(random);
        float[] soft = random.nextDouble() < blur ? blurred(from, size, random.nextFloat()) : from;
        float deviation = (float) (noise * random.nextDouble());
        int start = random.nextInt(gaussians.length - from.length);
        for (int i = 0; i < from.length; i++) {
            int channel = i / (size * size);
            int row = clamp(i / size % size + dy, size);
            int column = clamp(i % size + dx, size);
            to[at + i] = tint.factor[channel] * soft[(channel * size + row) * size + column]
                    + tint.offset[channel]
                    + deviation * gaussians[start + i];
        }
        return tint;
    }

    private Tint tint(Random random) {
        double common = contrast * (2 * random.nextDouble() - 1);
        double lift = brightness * (2 * random.nextDouble() - 1);
        Tint tint = new Tint();
        for (int c = 0; c < 3; c++) {
            tint.factor[c] = (float) (1 + common + contrast / 4 * (2 * random.nextDouble() - 1));
            tint.offset[c] = (float) (lift + brightness / 4 * (2 * random.nextDouble() - 1));
        }
        return tint;
    }

    private static int clamp(int position, int size) {
        return Math.max(0, Math.min(size - 1, position));
    }

    /** Mixes a picture with itself after the filter 1 2 1 along rows and columns. */
    private static float[] blurred(float[] from, int size, float amount) {
        float[] result = along(along(from, size, 1), size, size);
        for (int i = 0; i < result.length; i++) {
            result[i] = from[i] + amount * (result[i] - from[i]);
        }
        return result;
    }

    private static float[] along(float[] from, int size, int stride) {
        float[] result = new float[from.length];
        for (int i = 0; i < from.length; i++) {
            int position = i / stride % size;
            float before = from[position > 0 ? i - stride : i];
            float after = from[position < size - 1 ? i + stride : i];
            result[i] = 0.25f * before + 0.5f * from[i] + 0.25f * after;
        }
        return result;
    }
}
