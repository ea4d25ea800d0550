package io.github.rewrite4j.edit;

/**
 * Finds an object as the pixels where two pictures in [-1, 1] differ clearly: some channel by more than
 * {@value #CLEARLY}, 16 of 255 grey levels. Gaps of up to two pixels are closed, pixels that stand alone are dropped, and holes
 * of at most 1/500 of the picture's area that do not reach its border are filled; larger holes, for instance the lenses
 * of spectacles, are left open.
 */
final class DifferenceMask {
    static final double CLEARLY = 0.125;

    private static final int HOLE_SHARE = 500;

    private final int height;
    private final int width;

    private DifferenceMask(int height, int width) {
        this.height = height;
        this.width = width;
    }

    static Mask between(Planes with, Planes without) {
        boolean[] differs = new boolean[with.area()];
        for (int i = 0; i < differs.length; i++) {
            for (int c = 0; c < 3; c++) {
                differs[i] |= Math.abs(with.value(c, i) - without.value(c, i)) > CLEARLY;
            }
        }
        boolean[] object = new DifferenceMask(with.height(), with.width()).tidied(differs);
        float[] values = new float[object.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = object[i] ? 1f : 0f;
        }
        return new Mask(with.height(), with.width(), values);
    }

    private boolean[] tidied(boolean[] object) {
        boolean[] result = object.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] = object[i] && neighbours(object, i, true) > 1;
        }
        boolean[] grown = new boolean[result.length];
        for (int i = 0; i < grown.length; i++) {
            grown[i] = neighbours(result, i, true) > 0;
        }
        for (int i = 0; i < result.length; i++) {
            result[i] |= neighbours(grown, i, false) == 0;
        }
        fillHoles(result);
        return result;
    }

    /** Counts the pixels of a kind among a pixel and its eight neighbours. */
    private int neighbours(boolean[] plane, int pixel, boolean kind) {
        int count = 0;
        for (int y = Math.max(0, pixel / width - 1); y <= Math.min(height - 1, pixel / width + 1); y++) {
            for (int x = Math.max(0, pixel % width - 1); x <= Math.min(width - 1, pixel % width + 1); x++) {
                count += plane[y * width + x] == kind ? 1 : 0;
            }
        }
        return count;
    }

    private void fillHoles(boolean[] object) {
        int most = object.length / HOLE_SHARE;
        boolean[] seen = object.clone();
        int[] queue = new int[object.length];
        for (int start = 0; start < object.length; start++) {
            if (seen[start]) {
                continue;
            }
            int end = 0;
            boolean open = false;
            queue[end++] = start;
            seen[start] = true;
            for (int next = 0; next < end; next++) {
                int x = queue[next] % width;
                int y = queue[next] / width;
                open |= x == 0 || y == 0 || x == width - 1 || y == height - 1;
                int[] around = {x > 0 ? -1 : 0, x < width - 1 ? 1 : 0, y > 0 ? -width : 0, y < height - 1 ? width : 0};
                for (int step : around) {
                    int neighbour = queue[next] + step;
                    if (!seen[neighbour]) {
                        seen[neighbour] = true;
                        queue[end++] = neighbour;
                    }
                }
            }
            for (int i = 0; i < end && !open && end <= most; i++) {
                object[queue[i]] = true;
            }
        }
    }
}
