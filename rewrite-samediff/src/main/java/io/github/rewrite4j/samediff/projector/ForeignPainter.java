package io.github.rewrite4j.samediff.projector;

import java.util.Random;

/**
 * Draws what a generator does not: coloured, striped, chequered or shaded shapes of all sizes, alone or in mirrored
 * pairs. They stand for objects that users bring, without being any of them.
 */
final class ForeignPainter {
    private static final int MOST_OBJECTS = 3;

    private final int channels;
    private final int height;
    private final int width;

    ForeignPainter(int channels, int height, int width) {
        this.channels = channels;
        this.height = height;
        this.width = width;
    }

    /** A shape, antialiased: inside where {@code |x/a|^p + |y/b|^p < 1} in turned coordinates. */
    private record Outline(
            double x, double y, double a, double b, double turn, double power, double ring, double cutBelow) {
        static Outline random(Random random, int height, int width) {
            double unit = Math.min(height, width) / 64.0;
            double a = unit * (1.5 + 18 * Math.pow(random.nextDouble(), 1.5));
            double b = unit * (1.5 + 14 * Math.pow(random.nextDouble(), 1.5));
            double[] powers = {1, 2, 2, 3, 8};
            return new Outline(
                    width * (0.1 + 0.8 * random.nextDouble()),
                    height * (0.05 + 0.9 * random.nextDouble()),
                    a,
                    b,
                    random.nextInt(3) == 0 ? Math.PI * random.nextDouble() : 0,
                    powers[random.nextInt(powers.length)],
                    random.nextInt(4) == 0 ? unit * (1 + 2 * random.nextDouble()) : 0,
                    random.nextInt(5) == 0 ? 0.3 * b : Double.POSITIVE_INFINITY);
        }

        Outline mirrored(double axis) {
            return new Outline(2 * axis - x, y, a, b, -turn, power, ring, cutBelow);
        }

        /** Farther from the centre nothing is covered. */
        double reach() {
            return Math.hypot(a, b) + ring + 1;
        }

        /** How much of a pixel is covered. */
        double cover(double px, double py) {
            double dx = px - x;
            double dy = py - y;
            double u = Math.cos(turn) * dx + Math.sin(turn) * dy;
            double v = Math.cos(turn) * dy - Math.sin(turn) * dx;
            double r = Math.pow(Math.pow(Math.abs(u / a), power) + Math.pow(Math.abs(v / b), power), 1 / power);
            double distance = (r - 1) * Math.min(a, b);
            if (ring > 0) {
                distance = Math.abs(distance) - ring / 2;
            }
            distance = Math.max(distance, v - cutBelow);
            return Math.max(0, Math.min(1, 0.5 - distance));
        }
    }

    /** Paints one to {@value #MOST_OBJECTS} objects. */
    void paint(float[] image, Random random) {
        int objects = 1 + random.nextInt(MOST_OBJECTS);
        for (int i = 0; i < objects; i++) {
            Outline outline = Outline.random(random, height, width);
            Fill fill = Fill.random(random, channels, height);
            double opacity = random.nextInt(10) < 7 ? 1 : 0.3 + 0.6 * random.nextDouble();
            fill(image, outline, fill, opacity);
            if (random.nextInt(5) < 2) {
                fill(image, outline.mirrored(width * (0.45 + 0.1 * random.nextDouble())), fill, opacity);
            }
        }
    }

    /** Puts part of another picture of the same size over an image. */
    void mix(float[] image, float[] other, Random random) {
        double share = 0.15 + 0.35 * random.nextDouble();
        Outline part = new Outline(
                width * random.nextDouble(),
                height * random.nextDouble(),
                width * share,
                height * (0.15 + 0.35 * random.nextDouble()),
                0,
                random.nextBoolean() ? 8 : 2,
                0,
                Double.POSITIVE_INFINITY);
        boolean flipped = random.nextBoolean();
        int moved = random.nextInt(3) == 0 ? random.nextInt(height / 2 + 1) : 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                float cover = (float) part.cover(x + 0.5, y + 0.5);
                int fromX = flipped ? width - 1 - x : x;
                int fromY = (y + moved) % height;
                for (int c = 0; c < channels; c++) {
                    int at = (c * height + y) * width + x;
                    image[at] += cover * (other[(c * height + fromY) * width + fromX] - image[at]);
                }
            }
        }
    }

    /** Other colours: channels exchanged, each with its own contrast and brightness. */
    void recolour(float[] image, Random random) {
        int plane = height * width;
        int turn = random.nextInt(channels);
        float[] before = image.clone();
        boolean inverted = random.nextInt(8) == 0;
        for (int c = 0; c < channels; c++) {
            float contrast = (float) (0.6 + 0.7 * random.nextDouble()) * (inverted ? -1 : 1);
            float brightness = (float) (0.5 * (random.nextDouble() - 0.5));
            int from = (c + turn) % channels * plane;
            for (int i = 0; i < plane; i++) {
                image[c * plane + i] = clipped(contrast * before[from + i] + brightness);
            }
        }
    }

    private void fill(float[] image, Outline outline, Fill fill, double opacity) {
        double reach = outline.reach();
        int bottom = (int) Math.min(height, Math.ceil(outline.y + reach));
        int right = (int) Math.min(width, Math.ceil(outline.x + reach));
        for (int y = (int) Math.max(0, outline.y - reach); y < bottom; y++) {
            for (int x = (int) Math.max(0, outline.x - reach); x < right; x++) {
                double cover = opacity * outline.cover(x + 0.5, y + 0.5);
                if (cover > 0) {
                    double share = fill.share(x, y);
                    for (int c = 0; c < channels; c++) {
                        int at = (c * height + y) * width + x;
                        double colour = fill.first[c] + share * (fill.second[c] - fill.first[c]);
                        image[at] += (float) (cover * (colour - image[at]));
                    }
                }
            }
        }
    }

    static float clipped(float value) {
        return Math.max(-1, Math.min(1, value));
    }

    /** Two colours and how they alternate. */
    private static final class Fill {
        private final float[] first;
        private final float[] second;
        private final int kind;
        private final double directionX;
        private final double directionY;
        private final double phase;

        private Fill(float[] first, float[] second, int kind, double angle, double length, double phase) {
            this.first = first;
            this.second = second;
            this.kind = kind;
            this.directionX = Math.cos(angle) / length;
            this.directionY = Math.sin(angle) / length;
            this.phase = phase;
        }

        static Fill random(Random random, int channels, int height) {
            return new Fill(
                    colour(random, channels),
                    colour(random, channels),
                    random.nextInt(8),
                    Math.PI * random.nextDouble(),
                    height / 64.0 * (3 + 12 * random.nextDouble()),
                    random.nextDouble());
        }

        private static float[] colour(Random random, int channels) {
            float[] colour = new float[channels];
            float grey = (float) (2 * random.nextDouble() - 1);
            // Many objects are nearly black, grey or white.
            int kind = random.nextInt(4);
            float base = kind == 0 ? -1 : kind == 1 && random.nextBoolean() ? 1 : grey;
            float spread = kind <= 1 ? 0.3f : 2;
            for (int c = 0; c < channels; c++) {
                colour[c] = clipped(base + spread * (float) (random.nextDouble() - 0.5));
            }
            return colour;
        }

        /** Share of the second colour at a pixel. */
        double share(int x, int y) {
            double along = x * directionX + y * directionY + phase;
            double across = x * directionY - y * directionX + phase;
            return switch (kind) {
                case 0 -> 0.5 + 0.5 * Math.sin(Math.PI * along);
                case 1 -> Math.floorMod((long) Math.floor(along), 2L);
                case 2 -> Math.floorMod((long) Math.floor(along) + (long) Math.floor(across), 2L);
                case 3 -> Math.abs(along - 2 * Math.floor(along / 2) - 1);
                default -> 0;
            };
        }
    }
}
