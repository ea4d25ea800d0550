package io.github.rewrite4j.samediff.tape;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Two-dimensional convolutions (cross-correlations) in ND4J's native kernels.
 *
 * <p>The gradient by the map of a frozen weight is one more convolution, with the weight turned around, or for larger
 * strides a transposed one; where the weight is trained, {@code conv2d_bp} gives both gradients. Maps with few channels,
 * such as images, go another way ({@link ColourConvolutions}).
 */
public final class Convolutions {
    /** Fewer input channels than this are slow in the backward kernel, so zero channels are added. */
    private static final int FEWEST_CHANNELS = 8;

    /** Conversions to colours of up to so many channels are quicker in plain loops than on their way to the kernel. */
    private static final int FEW_RESULTS = 4;

    private Convolutions() {}

    /**
     * y[n,o] = sum_i x[n,i] * w[o,i].
     *
     * @param x [N, in, H, W]
     * @param w [out, in, k, k]
     * @param padding zeros around the map
     * @return [N, out, (H + 2 padding - k) / stride + 1, ...]
     */
    public static Node convolve(Node x, Node w, int stride, int padding) {
        w.requireShape("weight", -1, x.size(1), -1, w.size(2));
        ConvolutionShape s =
                new ConvolutionShape(x.size(0), x.size(1), x.size(2), x.size(3), w.size(0), w.size(2), stride, padding);
        if (s.height() < 1 || s.width() < 1) {
            throw new IllegalArgumentException("A map of " + s.h() + " x " + s.w() + " is smaller than the kernel.");
        }
        Node result = x.tape().record(s.result(), Tape.anyTracked(x, w), y -> backward(s, x, w, y.gradient()));
        forward(x.tape(), s, x.value(), w.value(), result.value());
        return result;
    }

    /** Whether this only mixes channels, into few. */
    private static boolean mixesIntoFew(ConvolutionShape s) {
        return s.kernel() == 1 && s.stride() == 1 && s.padding() == 0 && s.out() <= FEW_RESULTS;
    }

    private static void forward(Tape tape, ConvolutionShape s, float[] x, float[] w, float[] y) {
        if (mixesIntoFew(s)) {
            Arrays.fill(y, 0);
            int plane = s.h() * s.w();
            for (int i = 0; i < s.n() * s.out() * s.in(); i++) {
                int n = i / (s.out() * s.in());
                int o = i / s.in() % s.out();
                addScaled(y, (n * s.out() + o) * plane, x, (n * s.in() + i % s.in()) * plane, plane, w[i % w.length]);
            }
            return;
        }
        if (ColourConvolutions.suit(s)) {
            ColourConvolutions.forward(tape, s, x, w, y);
            return;
        }
        float[] kernels = tape.array(w.length);
        toKernels(w, kernels, s.out(), s.in(), s.kernel());
        run(tape, s, x, kernels, y);
    }

    private static void addScaled(float[] to, int toStart, float[] from, int start, int length, float factor) {
        for (int i = 0; i < length; i++) {
            to[toStart + i] += factor * from[start + i];
        }
    }

    private static void run(Tape tape, ConvolutionShape s, float[] x, float[] kernels, float[] y) {
        DeviceScratch device = tape.device();
        INDArray output = device.array("y", s.n(), s.out(), s.height(), s.width());
        device.call(
                "conv2d",
                s.settings(),
                output,
                device.upload("x", x, s.n(), s.in(), s.h(), s.w()),
                device.upload("w", kernels, s.kernel(), s.kernel(), s.in(), s.out()));
        HostArrays.read(output, y);
    }

    private static void backward(ConvolutionShape s, Node x, Node w, float[] gradient) {
        if (w.tracked() && !x.tracked() && ColourConvolutions.suit(s)) {
            ColourConvolutions.addByWeight(s, x, w, gradient);
        } else if (w.tracked()) {
            both(s, x, w, gradient);
        } else if (mixesIntoFew(s)) {
            int plane = s.h() * s.w();
            float[] weights = w.value();
            for (int i = 0; i < s.n() * s.out() * s.in(); i++) {
                int n = i / (s.out() * s.in());
                int o = i / s.in() % s.out();
                addScaled(
                        x.gradient(),
                        (n * s.in() + i % s.in()) * plane,
                        gradient,
                        (n * s.out() + o) * plane,
                        plane,
                        weights[i % weights.length]);
            }
        } else if (s.stride() == 1 && s.padding() < s.kernel()) {
            Tape tape = x.tape();
            float[] turned = tape.array(w.length());
            toTurnedKernels(w.value(), turned, s.out(), s.in(), s.kernel());
            float[] result = tape.array(x.length());
            run(tape, s.turned(), gradient, turned, result);
            x.accumulate(result);
        } else if (s.dividesExactly()) {
            transposed(s, x, w, gradient);
        } else {
            both(s, x, w, gradient);
        }
    }

    /** The gradient by the map alone: the transposed convolution, half the cost of both gradients. */
    private static void transposed(ConvolutionShape s, Node x, Node w, float[] gradient) {
        Tape tape = x.tape();
        DeviceScratch device = tape.device();
        float[] kernels = tape.array(w.length());
        toKernels(w.value(), kernels, s.out(), s.in(), s.kernel());
        INDArray byMap = device.array("gx", s.n(), s.in(), s.h(), s.w());
        device.call(
                "deconv2d",
                s.settings(),
                byMap,
                device.upload("gy", gradient, s.n(), s.out(), s.height(), s.width()),
                device.upload("w", kernels, s.kernel(), s.kernel(), s.in(), s.out()));
        float[] result = tape.array(x.length());
        HostArrays.read(byMap, result);
        x.accumulate(result);
    }

    private static void both(ConvolutionShape s, Node x, Node w, float[] gradient) {
        Tape tape = x.tape();
        DeviceScratch device = tape.device();
        int in = Math.max(s.in(), FEWEST_CHANNELS);
        float[] kernels = tape.zeros(s.kernel() * s.kernel() * in * s.out());
        toKernels(w.value(), kernels, s.out(), s.in(), in, s.kernel());
        INDArray byMap = device.array("gx", s.n(), in, s.h(), s.w());
        INDArray byWeight = device.array("gw", s.kernel(), s.kernel(), in, s.out());
        device.call(
                "conv2d_bp",
                s.settings(),
                List.of(byMap, byWeight),
                device.upload("x", widened(tape, x.value(), s, in), s.n(), in, s.h(), s.w()),
                device.upload("w", kernels, s.kernel(), s.kernel(), in, s.out()),
                device.upload("gy", gradient, s.n(), s.out(), s.height(), s.width()));
        if (w.tracked()) {
            HostArrays.read(byWeight, kernels);
            addFromKernels(kernels, w.gradient(), s.out(), s.in(), in, s.kernel());
        }
        if (x.tracked()) {
            float[] result = tape.array(s.n() * in * s.h() * s.w());
            HostArrays.read(byMap, result);
            if (in == s.in()) {
                x.accumulate(result);
                return;
            }
            int plane = s.h() * s.w();
            float[] to = x.gradient();
            for (int n = 0; n < s.n(); n++) {
                for (int i = 0; i < s.in() * plane; i++) {
                    to[n * s.in() * plane + i] += result[n * in * plane + i];
                }
            }
        }
    }

    private static float[] widened(Tape tape, float[] x, ConvolutionShape s, int in) {
        if (in == s.in()) {
            return x;
        }
        int plane = s.h() * s.w();
        float[] wide = tape.zeros(s.n() * in * plane);
        for (int n = 0; n < s.n(); n++) {
            System.arraycopy(x, n * s.in() * plane, wide, n * in * plane, s.in() * plane);
        }
        return wide;
    }

    private static void toKernels(float[] w, float[] kernels, int out, int in, int kernel) {
        toKernels(w, kernels, out, in, in, kernel);
    }

    /** [out, in, k, k] to [k, k, wide, out]. */
    private static void toKernels(float[] w, float[] kernels, int out, int in, int wide, int kernel) {
        int taps = kernel * kernel;
        for (int i = 0; i < in; i++) {
            for (int t = 0; t < taps; t++) {
                int to = (t * wide + i) * out;
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
