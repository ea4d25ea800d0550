package io.github.rewrite4j.edit;

/**
 * Resizing of pictures whose details count: a smaller picture is the mean over the area that each of its pixels covers,
 * which is exact where an enlarged picture is reduced again and never rings; a larger one is interpolated linearly ({@link
 * TriangleFilter}). Masks on the grid of a layer are resized by the triangle filter alone, as the published interface does.
 */
final class AreaFilter {
    private AreaFilter() {}

    /**
     * Resizes one channel.
     *
     * @param pixels row-major, height x width
     * @return row-major, newHeight x newWidth; a fresh array
     */
    static float[] resize(float[] pixels, int height, int width, int newHeight, int newWidth) {
        float[] wide = newWidth < width
                ? reduced(pixels, height, width, newWidth, width, 1, newWidth)
                : TriangleFilter.resize(pixels, height, width, height, newWidth);
        return newHeight < height
                ? reduced(wide, newWidth, height, newHeight, 1, newWidth, 1)
                : TriangleFilter.resize(wide, height, newWidth, newHeight, newWidth);
    }

    /** Reduces each line; its elements lie {@code step} apart, lines start {@code lineStep} (then newLineStep) apart. */
    private static float[] reduced(
            float[] pixels, int lines, int inputs, int outputs, int lineStep, int step, int newLineStep) {
        float[] out = new float[lines * outputs];
        double scale = (double) inputs / outputs;
        for (int i = 0; i < outputs; i++) {
            double from = i * scale;
            double to = Math.min(inputs, from + scale);
            int first = (int) from;
            int last = Math.min(inputs - 1, (int) Math.ceil(to) - 1);
            for (int line = 0; line < lines; line++) {
                double sum = 0;
                for (int x = first; x <= last; x++) {
                    double covered = Math.min(x + 1, to) - Math.max(x, from);
                    sum += covered * pixels[line * lineStep + x * step];
                }
                out[line * newLineStep + i * step] = (float) (sum / (to - from));
            }
        }
        return out;
    }
}
