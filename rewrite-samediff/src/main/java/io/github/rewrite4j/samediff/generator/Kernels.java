package io.github.rewrite4j.samediff.generator;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The native operations that a forward pass is made of, each into an array that is there already and returned. Chosen by
 * measurement: broadcasting {@code multiply} and {@code add} run as fast as memory does, where the older operations for
 * rows, rectifiers and up-sampling take up to fifty times as long.
 */
final class Kernels {
    private static final int SIZE = 3;

    private Kernels() {}

    /** x y, broadcast. */
    static INDArray multiply(INDArray x, INDArray y, INDArray to) {
        return run("multiply", to, x, y);
    }

    /** x + y, broadcast. */
    static INDArray add(INDArray x, INDArray y, INDArray to) {
        return run("add", to, x, y);
    }

    /** The larger of x and y. */
    static INDArray larger(INDArray x, INDArray y, INDArray to) {
        return run("maximum", to, x, y);
    }

    private static INDArray run(String operation, INDArray to, INDArray... inputs) {
        Nd4j.exec(DynamicCustomOp.builder(operation)
                .addInputs(inputs)
                .addOutputs(to)
                .build());
        return to;
    }

    /** factor x. */
    static INDArray scale(INDArray x, double factor, INDArray to) {
        Nd4j.getExecutioner().exec(new ScalarMultiplication(x, null, to, factor));
        return to;
    }

    /** Two matrices side by side. */
    static INDArray concat(INDArray left, INDArray right, INDArray to) {
        Nd4j.exec(DynamicCustomOp.builder("concat")
                .addInputs(left, right)
                .addOutputs(to)
                .addIntegerArguments(1)
                .build());
        return to;
    }

    /**
     * 3x3, stride 1, zero padding, grid kept.
     *
     * @param x [N, H, W, in]
     * @param weight [3, 3, in, out]
     * @param to [N, H, W, out]
     */
    static INDArray convolve(INDArray x, INDArray weight, INDArray to) {
        Nd4j.exec(DynamicCustomOp.builder("conv2d")
                .addInputs(x, weight)
                .addOutputs(to)
                .addIntegerArguments(SIZE, SIZE, 1, 1, 1, 1, 1, 1, 0, 1, 0)
                .build());
        return to;
    }

    /**
     * sum_yx (g W_yxio)^2, [in, out]: the part of a demodulation that depends on the weight alone.
     *
     * @param weight [3, 3, in, out]
     * @param gain g
     */
    static INDArray energyOf(INDArray weight, double gain) {
        long in = weight.size(2);
        long out = weight.size(3);
        try (INDArray squares = weight.mul(weight);
                INDArray ones = Nd4j.ones(DataType.FLOAT, 1, SIZE * SIZE)) {
            INDArray sums = ones.mmul(squares.reshape('c', SIZE * SIZE, in * out));
            return sums.reshape('c', in, out).muli(gain * gain);
        }
    }

    /**
     * g / sqrt(sum_i e_i E_io + epsilon), [N, out].
     *
     * @param energy e, squared styles [N, in]
     * @param ofWeight E of {@link #energyOf}
     * @param gain g
     */
    static INDArray demodulation(INDArray energy, INDArray ofWeight, double gain) {
        INDArray sums = energy.mmul(ofWeight).addi(ModulatedLayers.DEMODULATION_EPSILON);
        INDArray d = Nd4j.math().rsqrt(sums);
        return gain == 1 ? d : d.muli(gain);
    }

    /** z / sqrt(mean(z^2) + 1e-8), row by row. */
    static INDArray normalised(INDArray z) {
        INDArray means = z.mul(z).mean(true, 1).addi(1e-8);
        return z.mul(Nd4j.math().rsqrt(means));
    }
}
