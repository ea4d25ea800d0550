package io.github.rewrite4j.edit;

/**
 * Continues colours from pixels where they are known to all others: each unknown pixel takes the mean of the smallest
 * square of a pyramid around it that holds a known one. Costs two passes over the pixels.
 */
final class ColourSpread {
    private ColourSpread() {}

    /**
     * Fills what is not known.
     *
     * @param colours any channels
     * @param known by pixel; at least one
     */
    static Planes fill(Planes colours, boolean[] known) {
        float[] filled = new float[3 * colours.area()];
        for (int c = 0; c < 3; c++) {
            float[] values = new float[colours.area()];
            float[] weights = new float[colours.area()];
            for (int i = 0; i < values.length; i++) {
                values[i] = known[i] ? colours.value(c, i) : 0f;
                weights[i] = known[i] ? 1f : 0f;
            }
            fill(values, weights, colours.height(), colours.width());
            System.arraycopy(values, 0, filled, c * values.length, values.length);
        }
        return new Planes(3, colours.height(), colours.width(), filled);
    }

    /** Sums of known values and their number in, means of all out. */
    private static void fill(float[] sums, float[] weights, int height, int width) {
        int halfHeight = (height + 1) / 2;
        int halfWidth = (width + 1) / 2;
        float[] coarseSums = new float[halfHeight * halfWidth];
        float[] coarseWeights = new float[halfHeight * halfWidth];
        for (int i = 0; i < sums.length; i++) {
            int at = i / width / 2 * halfWidth + i % width / 2;
            coarseSums[at] += sums[i];
            coarseWeights[at] += weights[i];
        }
        if (sums.length > 1) {
            fill(coarseSums, coarseWeights, halfHeight, halfWidth);
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] = weights[i] > 0 ? sums[i] / weights[i] : coarseSums[i / width / 2 * halfWidth + i % width / 2];
        }
    }
}
