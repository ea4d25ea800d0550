package io.github.rewrite4j.samediff.generator.style;

import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A true convolution of each channel with a 4x4 kernel and one zero around, which takes [2 h + 1] to [2 h].
 *
 * <p>Kernels of checkpoints are the outer product of two short ones; then two passes do it with a quarter of the memory.
 *
 * @param flipped the kernel as cross-correlation wants it [4, 4]
 * @param factors whose outer product it is, if there are such
 */
record Blur(INDArray flipped, Optional<Factors> factors) {
    private static final int SIDE = 4;

    /** Relative error up to which a kernel counts as an outer product: the rounding of its float32 values. */
    private static final double ROUNDING = 1e-6;

    /**
     * Two short kernels.
     *
     * @param column [4]
     * @param row [4]
     */
    record Factors(INDArray column, INDArray row) {}

    static Blur of(INDArray kernel) {
        INDArray flipped = Nd4j.create(kernel.dataType(), SIDE, SIDE);
        int top = 0;
        int left = 0;
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                flipped.putScalar(y, x, kernel.getDouble(SIDE - 1 - y, SIDE - 1 - x));
                if (Math.abs(flipped.getDouble(y, x)) > Math.abs(flipped.getDouble(top, left))) {
                    top = y;
                    left = x;
                }
            }
        }
        double largest = flipped.getDouble(top, left);
        if (largest == 0) {
            return new Blur(flipped, Optional.empty());
        }
        INDArray column = flipped.getColumn(left).dup();
        INDArray row = flipped.getRow(top).div(largest);
        INDArray product = column.reshape(SIDE, 1).mmul(row.reshape(1, SIDE));
        boolean separable = product.sub(flipped).amaxNumber().doubleValue() <= ROUNDING * Math.abs(largest);
        return new Blur(flipped, separable ? Optional.of(new Factors(column, row)) : Optional.empty());
    }

    /**
     * Blurs.
     *
     * @param name prefix of the constants
     * @param maps [N, channels, grid + 1, grid + 1]
     */
    SDVariable apply(SameDiff graph, String name, SDVariable maps, long channels, int grid) {
        SDVariable each = graph.reshape(maps, -1, 1, grid + 1, grid + 1);
        SDVariable blurred = factors.map(pair -> {
                    SDVariable down =
                            graph.constant(name + ".blur.column", pair.column().reshape(SIDE, 1, 1, 1));
                    SDVariable across =
                            graph.constant(name + ".blur.row", pair.row().reshape(1, SIDE, 1, 1));
                    return graph.cnn.conv2d(graph.cnn.conv2d(each, down, config(SIDE, 1)), across, config(1, SIDE));
                })
                .orElseGet(() -> graph.cnn.conv2d(
                        each, graph.constant(name + ".blur", flipped.reshape(SIDE, SIDE, 1, 1)), config(SIDE, SIDE)));
        return graph.reshape(blurred, -1, channels, grid, grid);
    }

    private static Conv2DConfig config(int height, int width) {
        return Conv2DConfig.builder()
                .kH(height)
                .kW(width)
                .sH(1)
                .sW(1)
                .pH(height == 1 ? 0 : 1)
                .pW(width == 1 ? 0 : 1)
                .paddingMode(PaddingMode.VALID)
                .dataFormat("NCHW")
                .build();
    }
}
