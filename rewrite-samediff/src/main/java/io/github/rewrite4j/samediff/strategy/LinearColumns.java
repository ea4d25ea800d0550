package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.LinearStage;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.samediff.linalg.Matrix;

/**
 * The linear stage of a layer as a matrix: column (c, t) is what the stage makes of channel c through tap t alone, row p
 * is an output cell. The output of the stage with weight W is then this matrix times W unfolded to [in x taps, out].
 */
final class LinearColumns {
    private LinearColumns() {}

    /**
     * Unfolds a key map.
     *
     * @param stage the stage
     * @param map key map [channels, height, width], row-major
     * @param box output cells wanted
     * @return [cells of the box, channels x taps]
     */
    static Matrix of(LinearStage stage, double[] map, int channels, int height, int width, Box box) {
        if (stage instanceof LinearStage.Convolution convolution) {
            return convolution(convolution, map, channels, height, width, box);
        }
        if (stage instanceof LinearStage.TransposedConvolution transposed) {
            return transposed(transposed, map, channels, height, width, box);
        }
        return upsampled((LinearStage.UpsampledConvolution) stage, map, channels, height, width, box);
    }

    private static Matrix convolution(
            LinearStage.Convolution stage, double[] map, int channels, int height, int width, Box box) {
        int taps = stage.kernelHeight() * stage.kernelWidth();
        double[] columns = new double[Math.multiplyExact(box.height() * box.width(), channels * taps)];
        int at = 0;
        for (int y = box.top(); y < box.bottom(); y++) {
            for (int x = box.left(); x < box.right(); x++) {
                for (int c = 0; c < channels; c++) {
                    for (int ky = 0; ky < stage.kernelHeight(); ky++) {
                        int row = y * stage.stride() + ky - stage.padTop();
                        for (int kx = 0; kx < stage.kernelWidth(); kx++, at++) {
                            int column = x * stage.stride() + kx - stage.padLeft();
                            if (row >= 0 && row < height && column >= 0 && column < width) {
                                columns[at] = map[(c * height + row) * width + column];
                            }
                        }
                    }
                }
            }
        }
        return Matrix.of(box.height() * box.width(), channels * taps, columns);
    }

    private static Matrix transposed(
            LinearStage.TransposedConvolution stage, double[] map, int channels, int height, int width, Box box) {
        int taps = stage.kernelHeight() * stage.kernelWidth();
        int cells = box.height() * box.width();
        double[] columns = new double[Math.multiplyExact(cells, channels * taps)];
        for (int p = 0; p < cells; p++) {
            int y = box.top() + p / box.width() + stage.cutTop();
            int x = box.left() + p % box.width() + stage.cutLeft();
            for (int t = 0; t < taps; t++) {
                int row = y - t / stage.kernelWidth();
                int column = x - t % stage.kernelWidth();
                if (row < 0 || column < 0 || row % stage.stride() != 0 || column % stage.stride() != 0) {
                    continue;
                }
                row /= stage.stride();
                column /= stage.stride();
                for (int c = 0; row < height && column < width && c < channels; c++) {
                    columns[(p * channels + c) * taps + t] = map[(c * height + row) * width + column];
                }
            }
        }
        return Matrix.of(cells, channels * taps, columns);
    }

    /** Transposed convolution of stride 2: tap t puts x(i) at 2 i + t; the blur is a true convolution with one pixel of zeros around. */
    private static Matrix upsampled(
            LinearStage.UpsampledConvolution stage, double[] map, int channels, int height, int width, Box box) {
        double[][] blur = stage.blur().toDoubleMatrix();
        int padTop = (blur.length - stage.kernelHeight()) / 2 + 1;
        int padLeft = (blur[0].length - stage.kernelWidth()) / 2 + 1;
        int taps = stage.kernelHeight() * stage.kernelWidth();
        int cells = box.height() * box.width();
        double[] columns = new double[Math.multiplyExact(cells, channels * taps)];
        for (int p = 0; p < cells; p++) {
            int y = box.top() + p / box.width() - padTop;
            int x = box.left() + p % box.width() - padLeft;
            for (int t = 0; t < taps; t++) {
                int ky = t / stage.kernelWidth();
                int kx = t % stage.kernelWidth();
                for (int by = 0; by < blur.length; by++) {
                    int row = y + by - ky;
                    if (row < 0 || row % 2 != 0 || row / 2 >= height) {
                        continue;
                    }
                    for (int bx = 0; bx < blur[by].length; bx++) {
                        int column = x + bx - kx;
                        if (column < 0 || column % 2 != 0 || column / 2 >= width) {
                            continue;
                        }
                        double factor = blur[blur.length - 1 - by][blur[by].length - 1 - bx];
                        for (int c = 0; c < channels; c++) {
                            columns[(p * channels + c) * taps + t] +=
                                    factor * map[(c * height + row / 2) * width + column / 2];
                        }
                    }
                }
            }
        }
        return Matrix.of(cells, channels * taps, columns);
    }
}
