package io.github.rewrite4j.samediff.generator;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The native operations that a forward pass is made of, each into an array that is there already and returned, and bound
 * to it by a {@link Workbench}. Chosen by measurement: broadcasting {@code multiply} and {@code biasadd} run as fast as
 * memory does, where the operations for rectifiers and up-sampling take up to fifty times as long.
 *
 * @param bench remembers them
 */
record Kernels(Workbench bench) {
    private static final int SIZE = 3;

    /** Numbers in a row from which on broadcasting is as fast as memory. */
    private static final int FAST_ROW = 128;

    private static final long[] ALONG_ROWS = {1};
    private static final long[] CHANNELS_LAST = {0};

    /** x y, broadcast. */
    INDArray multiply(INDArray x, INDArray y, INDArray to) {
        return bench.run("multiply", to, x, y);
    }

    /**
     * x s for each sample and channel. Short rows of channels are slow, so several points take several copies of s.
     *
     * @param x [N or 1, H, W, C], row-major
     * @param s [N, C]
     * @param to [N, H, W, C], not x, which takes three times as long
     */
    INDArray scale(INDArray x, INDArray s, INDArray to) {
        long c = x.size(3);
        long points = x.size(1) * x.size(2);
        long copies = 1;
        while (copies * c < FAST_ROW && points % (2 * copies) == 0) {
            copies *= 2;
        }
        long n = s.size(0);
        long row = copies * c;
        INDArray[] same = new INDArray[Math.toIntExact(copies)];
        Arrays.fill(same, s);
        INDArray wide = copies == 1 ? s : beside(bench.own(n, row), same);
        bench.run(
                "multiply",
                bench.view(to, to.size(0), points / copies, row),
                bench.view(x, x.size(0), points / copies, row),
                bench.view(wide, n, 1, row));
        return to;
    }

    /** x + b for each channel, the last dimension. */
    INDArray bias(INDArray x, INDArray b, INDArray to) {
        return bench.run("biasadd", CHANNELS_LAST, to, x, b);
    }

    /** The larger of x and y. */
    INDArray larger(INDArray x, INDArray y, INDArray to) {
        return bench.run("maximum", to, x, y);
    }

    /** x W + b for rows x; two operations are up to ten times as fast as the one for both. */
    INDArray affine(INDArray x, INDArray weight, INDArray b) {
        INDArray y = product(x, weight, bench.own(x.size(0), weight.size(1)));
        return bias(y, b, y);
    }

    /** x y for matrices. */
    INDArray product(INDArray x, INDArray y, INDArray to) {
        return bench.run("matmul", to, x, y);
    }

    /** Matrices side by side. */
    INDArray beside(INDArray to, INDArray... matrices) {
        return bench.run("concat", ALONG_ROWS, to, matrices);
    }

    /**
     * 3x3, stride 1, zero padding, grid kept.
     *
     * @param x [N, H, W, in]
     * @param weight [3, 3, in, out], which never changes
     * @param to [N, H, W, out]
     */
    INDArray convolve(INDArray x, INDArray weight, INDArray to) {
        return bench.convolve(to, x, weight);
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

    /** x^p into itself, element by element. */
    INDArray power(INDArray x, INDArray p) {
        return bench.run("Pow", x, x, p);
    }

    /** x + y into x, broadcast. */
    INDArray plus(INDArray x, INDArray y) {
        return bench.run("add", x, x, y);
    }

    /** x - y, broadcast. */
    INDArray minus(INDArray x, INDArray y, INDArray to) {
        return bench.run("subtract", to, x, y);
    }
}
