package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.samediff.perception.Preprocessing;

/** Antialiased linear resizing of image planes: a triangle as wide as the coarser of the two grids. */
final class ImageScaling {
    private ImageScaling() {}

    /**
     * Planes of another size.
     *
     * @param planes number of planes of height x width in the array
     */
    static float[] resized(float[] image, int planes, int height, int width, int toHeight, int toWidth) {
        if (height == toHeight && width == toWidth) {
            return image.clone();
        }
        float[][] down = weights(height, toHeight);
        float[][] across = weights(width, toWidth);
        float[] result = new float[planes * toHeight * toWidth];
        float[] rows = new float[toHeight * width];
        for (int p = 0; p < planes; p++) {
            for (int y = 0; y < toHeight; y++) {
                for (int x = 0; x < width; x++) {
                    double sum = 0;
                    for (int i = 0; i < height; i++) {
                        sum += down[y][i] * image[(p * height + i) * width + x];
                    }
                    rows[y * width + x] = (float) sum;
                }
            }
            for (int y = 0; y < toHeight; y++) {
                for (int x = 0; x < toWidth; x++) {
                    double sum = 0;
                    for (int i = 0; i < width; i++) {
                        sum += across[x][i] * rows[y * width + i];
                    }
                    result[(p * toHeight + y) * toWidth + x] = (float) sum;
                }
            }
        }
        return result;
    }

    private static float[][] weights(int from, int to) {
        double[][] exact = Preprocessing.resizing(from, to);
        float[][] weights = new float[to][from];
        for (int i = 0; i < to; i++) {
            for (int j = 0; j < from; j++) {
                weights[i][j] = (float) exact[i][j];
            }
        }
        return weights;
    }
}
