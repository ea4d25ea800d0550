package io.github.rewrite4j.samediff.tape;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Two-dimensional convolutions (cross-correlations) in ND4J's native kernels, for maps with the channels last.
 *
 * <p>The gradient by the map of a frozen weight is one more convolution, with the weight turned around, or for larger
 * strides a transposed one; where the weight is trained, {@code conv2d_bp} gives both gradients. Pictures go other ways:
 * {@link ColourConvolutions} and {@link ColourMixtures}.
 */
public final class Convolutions {
    /** Fewer input channels than this are slow in the backward kernel, so zero channels are added. */
    private static final int FEWEST_CHANNELS = 8;

    /** Maps of so many channels are pictures, whose channels come first. */
    private static final int MOST_COLOURS = 4;

    private Convolutions() {}

    /**
     * y[n,o] = sum_i x[n,i] * w[o,i].
     *
     * @param x [N, in, H, W] in either layout
     * @param w [out, in, k, k]
     * @param padding zeros around the map
     * @return [N, out, (H + 2 padding - k) / stride + 1, ...], channels last for more than four of them
     */
    public static Node convolve(Node x, Node w, int stride, int padding) {
        w.requireShape("weight", -1, x.size(1), -1, w.size(2));
        ConvolutionShape s =
                new ConvolutionShape(x.size(0), x.size(1), x.size(2), x.size(3), w.size(0), w.size(2), stride, padding);
        if (s.height() < 1 || s.width() < 1) {
            throw new IllegalArgumentException("A map of " + s.h() + " x " + s.w() + " is smaller than the kernel.");
        }
        if (s.out() > MOST_COLOURS) {
            return ColourConvolutions.suit(s) ? ColourConvolutions.of(s, x, w) : channelsLast(s, x, w);
        }
        return s.mixesOnly() ? ColourMixtures.of(s, x, w) : Layout.CHANNELS_FIRST.of(channelsLast(s, x, w));
    }

    private static Node channelsLast(ConvolutionShape s, Node maps, Node w) {
        Node x = Layout.CHANNELS_LAST.of(maps);
        Tape tape = x.tape();
        float[] kernels = tape.array(w.length());
        toKernels(w.value(), kernels, s.out(), s.in(), s.kernel());
        Node result = tape.record(s.result(), Layout.CHANNELS_LAST, Tape.anyTracked(x, w), y -> {
            if (w.tracked()) {
                float[] byMap = byBoth(tape, s, x.value(), kernels, y.gradient(), w.gradient());
                if (x.tracked()) {
                    x.accumulate(byMap);
                }
            } else {
                x.accumulate(byMap(tape, s, w.value(), y.gradient()));
            }
        });
        run(tape, s, x.value(), kernels, result.value());
        return result;
    }

    private static void run(Tape tape, ConvolutionShape s, float[] x, float[] kernels, float[] y) {
        DeviceScratch device = tape.device();
        INDArray output = device.array("y", s.n(), s.height(), s.width(), s.out());
        device.call(
                "conv2d",
                s.settings(),
                output,
                device.upload("x", x, s.n(), s.h(), s.w(), s.in()),
                device.upload("w", kernels, s.kernel(), s.kernel(), s.in(), s.out()));
        device.read(output, y);
    }

    /** The gradient by the map alone, half the cost of both; channels last. */
    static float[] byMap(Tape tape, ConvolutionShape s, float[] w, float[] gradient) {
        int length = s.n() * s.in() * s.h() * s.w();
        if (s.stride() == 1 && s.padding() < s.kernel()) {
            float[] turned = tape.array(w.length);
            toTurnedKernels(w, turned, s.out(), s.in(), s.kernel());
            float[] result = tape.array(length);
            run(tape, s.turned(), gradient, turned, result);
            return result;
        }
        float[] kernels = tape.array(w.length);
        toKernels(w, kernels, s.out(), s.in(), s.kernel());
        if (!s.dividesExactly()) {
            return byBoth(tape, s, tape.zeros(length), kernels, gradient, tape.array(w.length));
        }
        DeviceScratch device = tape.device();
        INDArray byMap = device.array("gx", s.n(), s.h(), s.w(), s.in());
        device.call(
                "deconv2d",
                s.settings(),
                byMap,
                device.upload("gy", gradient, s.n(), s.height(), s.width(), s.out()),
                device.upload("w", kernels, s.kernel(), s.kernel(), s.in(), s.out()));
        float[] result = tape.array(length);
        device.read(byMap, result);
        return result;
    }

    /** The gradient by the map, channels last; adds the one by the weight. */
    private static float[] byBoth(
            Tape tape, ConvolutionShape s, float[] x, float[] kernels, float[] gradient, float[] byWeight) {
        DeviceScratch device = tape.device();
        int in = Math.max(s.in(), FEWEST_CHANNELS);
        int taps = s.kernel() * s.kernel();
        int positions = s.n() * s.h() * s.w();
        INDArray byMap = device.array("gx", s.n(), s.h(), s.w(), in);
        INDArray byKernels = device.array("gw", s.kernel(), s.kernel(), in, s.out());
        device.call(
                "conv2d_bp",
                s.settings(),
                List.of(byMap, byKernels),
                device.upload("x", resized(tape, x, positions, s.in(), in), s.n(), s.h(), s.w(), in),
                device.upload(
                        "w",
                        resized(tape, kernels, taps, s.in() * s.out(), in * s.out()),
                        s.kernel(),
                        s.kernel(),
                        in,
                        s.out()),
                device.upload("gy", gradient, s.n(), s.height(), s.width(), s.out()));
        float[] wide = tape.array(taps * in * s.out());
        device.read(byKernels, wide);
        addFromKernels(wide, byWeight, s.out(), s.in(), in, s.kernel());
        float[] result = tape.array(positions * in);
        device.read(byMap, result);
        return resized(tape, result, positions, in, s.in());
    }

    /** Rows of another length: the first numbers, and zeros. */
    private static float[] resized(Tape tape, float[] x, int rows, int from, int to) {
        if (from == to) {
            return x;
        }
        float[] resized = tape.zeros(rows * to);
        for (int i = 0; i < rows; i++) {
            System.arraycopy(x, i * from, resized, i * to, Math.min(from, to));
        }
        return resized;
    }

    /** [out, in, k, k] to [k, k, in, out]. */
    private static void toKernels(float[] w, float[] kernels, int out, int in, int kernel) {
        int taps = kernel * kernel;
        for (int i = 0; i < in; i++) {
            for (int t = 0; t < taps; t++) {
                int to = (t * in + i) * out;
                for (int o = 0; o < out; o++) {
                    kernels[to + o] = w[(o * in + i) * taps + t];
                }
            }
        }
    }

    private static void addFromKernels(float[] kernels, float[] w, int out, int in, int wide, int kernel) {
        int taps = kernel * kernel;
        for (int i = 0; i < in; i++) {
            for (int t = 0; t < taps; t++) {
                int from = (t * wide + i) * out;
                for (int o = 0; o < out; o++) {
                    w[(o * in + i) * taps + t] += kernels[from + o];
                }
            }
        }
    }

    /** [out, in, k, k] to the weight of the transposed map: [k, k, out, in], turned by half a circle. */
    private static void toTurnedKernels(float[] w, float[] kernels, int out, int in, int kernel) {
        int taps = kernel * kernel;
        for (int t = 0; t < taps; t++) {
            for (int o = 0; o < out; o++) {
                int to = ((taps - 1 - t) * out + o) * in;
                for (int i = 0; i < in; i++) {
                    kernels[to + i] = w[(o * in + i) * taps + t];
                }
            }
        }
    }
}
