package io.github.rewrite4j.samediff.tape;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolutions of maps with few channels, such as pictures, as one product of all windows with the weight: ND4J's kernels
 * are made for many channels and take up to four times as long. Channels last; weights [k, k, in, out].
 */
final class Windows {
    private static final long[] PLAIN = {0, 0};
    private static final long[] FIRST_TRANSPOSED = {1, 0};

    /** Up to so many numbers in a window. */
    private static final int LARGEST = 64;

    private Windows() {}

    /** Whether this is the quicker way. */
    static boolean areSmall(ConvolutionShape s) {
        return s.kernel() > 1 && numbers(s) <= LARGEST;
    }

    static void forward(Tape tape, ConvolutionShape s, float[] x, float[] kernels, float[] y) {
        DeviceScratch device = tape.device();
        INDArray product = device.array("windows y", points(s), s.out());
        device.call(
                "matmul",
                PLAIN,
                product,
                device.upload("windows", of(tape, s, x), points(s), numbers(s)),
                device.upload("windows w", kernels, numbers(s), s.out()));
        device.read(product, y);
    }

    /** The gradient by the weight. */
    static void byKernels(Tape tape, ConvolutionShape s, float[] x, float[] gradient, float[] byKernels) {
        DeviceScratch device = tape.device();
        INDArray product = device.array("windows gw", numbers(s), s.out());
        device.call(
                "matmul",
                FIRST_TRANSPOSED,
                product,
                device.upload("windows", of(tape, s, x), points(s), numbers(s)),
                device.upload("windows gy", gradient, points(s), s.out()));
        device.read(product, byKernels);
    }

    private static int numbers(ConvolutionShape s) {
        return s.in() * s.kernel() * s.kernel();
    }

    private static int points(ConvolutionShape s) {
        return s.n() * s.height() * s.width();
    }

    /** [N H W, k k in]: what the kernel sees at each point, zero outside. */
    private static float[] of(Tape tape, ConvolutionShape s, float[] x) {
        float[] all = tape.array(points(s) * numbers(s));
        int to = 0;
        int line = s.kernel() * s.in();
        for (int point = 0; point < points(s); point++) {
            int left = point % s.width() * s.stride() - s.padding();
            int top = point / s.width() % s.height() * s.stride() - s.padding();
            int sample = point / (s.width() * s.height());
            for (int row = top; row < top + s.kernel(); row++) {
                if (row < 0 || row >= s.h()) {
                    Arrays.fill(all, to, to + line, 0);
                } else {
                    line(x, (sample * s.h() + row) * s.w(), left, s, all, to);
                }
                to += line;
            }
        }
        return all;
    }

    /** What the kernel sees of one row of the map, whose first point is the number {@code row}. */
    private static void line(float[] x, int row, int left, ConvolutionShape s, float[] to, int at) {
        int in = s.in();
        int first = Math.min(s.kernel(), Math.max(0, -left));
        int last = Math.max(first, Math.min(s.kernel(), s.w() - left));
        Arrays.fill(to, at, at + first * in, 0);
        System.arraycopy(x, (row + left + first) * in, to, at + first * in, (last - first) * in);
        Arrays.fill(to, at + last * in, at + s.kernel() * in, 0);
    }
}
