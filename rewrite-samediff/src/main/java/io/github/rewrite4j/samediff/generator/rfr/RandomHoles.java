package io.github.rewrite4j.samediff.generator.rfr;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.ValidityMask;
import java.util.Random;

/** One to three boxes or strokes, of an eighth to three eighths of a side each, drawn by Java's specified generator. */
final class RandomHoles implements HoleSource {
    private static final long MIX = 0x9E3779B97F4A7C15L;
    private static final int MOST = 3;
    private static final int JOINTS = 4;

    @Override
    public ValidityMask of(Sample sample, int height, int width) {
        Random random = new Random(sample.seed() * MIX + sample.index());
        float[][] known = new float[height][width];
        for (float[] row : known) {
            java.util.Arrays.fill(row, 1);
        }
        int shapes = 1 + random.nextInt(MOST);
        for (int i = 0; i < shapes; i++) {
            if (random.nextBoolean()) {
                box(random, known);
            } else {
                stroke(random, known);
            }
        }
        return ValidityMask.of(known);
    }

    private static int extent(Random random, int side) {
        return Math.max(1, side / 8 + random.nextInt(Math.max(1, side / 4)));
    }

    private static void box(Random random, float[][] known) {
        int h = extent(random, known.length);
        int w = extent(random, known[0].length);
        int top = random.nextInt(known.length - h + 1);
        int left = random.nextInt(known[0].length - w + 1);
        for (int y = top; y < top + h; y++) {
            java.util.Arrays.fill(known[y], left, left + w, 0);
        }
    }

    private static void stroke(Random random, float[][] known) {
        int height = known.length;
        int width = known[0].length;
        double radius = Math.max(0.75, Math.min(height, width) / 40.0 * (1 + random.nextDouble()));
        double x = random.nextInt(width);
        double y = random.nextInt(height);
        for (int joint = 0; joint < JOINTS; joint++) {
            double angle = 2 * Math.PI * random.nextDouble();
            int length = extent(random, Math.min(height, width));
            for (int step = 0; step < length; step++) {
                x = Math.min(width - 1.0, Math.max(0, x + Math.cos(angle)));
                y = Math.min(height - 1.0, Math.max(0, y + Math.sin(angle)));
                dot(known, x, y, radius);
            }
        }
    }

    private static void dot(float[][] known, double x, double y, double radius) {
        int reach = (int) Math.ceil(radius);
        for (int row = Math.max(0, (int) y - reach); row <= Math.min(known.length - 1, (int) y + reach); row++) {
            for (int column = Math.max(0, (int) x - reach);
                    column <= Math.min(known[0].length - 1, (int) x + reach);
                    column++) {
                if (Math.hypot(row - y, column - x) <= radius) {
                    known[row][column] = 0;
                }
            }
        }
    }

    @Override
    public String id() {
        return "boxes-and-strokes";
    }
}
