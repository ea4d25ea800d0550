package io.github.rewrite4j.samediff.metric;

/**
 * How much the selected pixels of two pictures differ.
 *
 * @param meanAbsolute mean of |a - b| over pixels and channels
 * @param meanSquare mean of (a - b)^2 over pixels and channels
 * @param unchangedShare fraction of pixels whose channels all differ by less than one 8-bit step
 */
record PixelDifference(double meanAbsolute, double meanSquare, double unchangedShare) {

    static PixelDifference between(ImageBatch a, ImageBatch b, int image, PixelSelection selection, ImageRange range) {
        boolean[] selected = selection.plane(image);
        double step = range.span() / 255;
        double absolute = 0;
        double square = 0;
        int pixels = 0;
        int unchanged = 0;
        for (int i = 0; i < selected.length; i++) {
            if (!selected[i]) {
                continue;
            }
            double largest = 0;
            for (int c = 0; c < a.channels(); c++) {
                int at = a.offset(image, c) + i;
                double delta = Math.abs((double) a.values()[at] - b.values()[at]);
                absolute += delta;
                square += delta * delta;
                largest = Math.max(largest, delta);
            }
            pixels++;
            unchanged += largest < step ? 1 : 0;
        }
        double values = (double) pixels * a.channels();
        return new PixelDifference(absolute / values, square / values, (double) unchanged / pixels);
    }

    double psnr(ImageRange range) {
        return meanSquare == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(range.span() * range.span() / meanSquare);
    }
}
