package io.github.rewrite4j.samediff.tape;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolutions in ND4J's operations, on any backend.
 *
 * <p>The gradient by the map alone is one more convolution, with the weight turned around, or for larger strides a
 * transposed one. {@code conv2d_bp} gives that by the weight, and always both.
 */
final class Nd4jConvolutions implements ConvolutionKernels {
    /** Fewer input channels than this are slow in the backward kernel, so zero channels are added. */
    private static final int FEWEST_CHANNELS = 8;

    private final Tape tape;

    Nd4jConvolutions(Tape tape) {
        this.tape = tape;
    }

    @Override
    public void forward(ConvolutionShape s, float[] x, float[] w, float[] y) {
        if (Windows.areSmall(s)) {
            Windows.forward(tape, s, x, kernels(s, w), y);
        } else {
            run(s, x, kernels(s, w), y);
        }
    }

    private void run(ConvolutionShape s, float[] x, float[] kernels, float[] y) {
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

    @Override
    public void byMap(ConvolutionShape s, float[] w, float[] gradient, float[] byMap) {
        if (s.stride() == 1 && s.padding() < s.kernel()) {
            float[] turned = tape.array(w.length);
            toTurnedKernels(w, turned, s.out(), s.in(), s.kernel());
            run(s.turned(), gradient, turned, byMap);
        } else if (s.dividesExactly()) {
            DeviceScratch device = tape.device();
            INDArray result = device.array("gx", s.n(), s.h(), s.w(), s.in());
            device.call(
                    "deconv2d",
                    s.settings(),
                    result,
                    device.upload("gy", gradient, s.n(), s.height(), s.width(), s.out()),
                    device.upload("w", kernels(s, w), s.kernel(), s.kernel(), s.in(), s.out()));
            device.read(result, byMap);
        } else {
            bothByOne(s, tape.zeros(byMap.length), w, gradient, byMap, tape.array(w.length));
        }
    }

    @Override
    public void byWeight(ConvolutionShape s, float[] x, float[] gradient, float[] byWeight) {
        if (Windows.areSmall(s)) {
            float[] kernels = tape.array(byWeight.length);
            Windows.byKernels(tape, s, x, gradient, kernels);
            fromKernels(kernels, byWeight, s.out(), s.in(), s.in(), s.kernel());
        } else {
            bothByOne(s, x, tape.zeros(byWeight.length), gradient, tape.array(x.length), byWeight);
        }
    }

    @Override
    public void byBoth(ConvolutionShape s, float[] x, float[] w, float[] gradient, float[] byMap, float[] byWeight) {
        if (Windows.areSmall(s)) {
            byMap(s, w, gradient, byMap);
            byWeight(s, x, gradient, byWeight);
        } else {
            bothByOne(s, x, w, gradient, byMap, byWeight);
        }
    }

    private void bothByOne(
            ConvolutionShape s, float[] x, float[] w, float[] gradient, float[] byMap, float[] byWeight) {
        DeviceScratch device = tape.device();
        int in = Math.max(s.in(), FEWEST_CHANNELS);
        int taps = s.kernel() * s.kernel();
        int positions = s.n() * s.h() * s.w();
        INDArray wideByMap = device.array("gx", s.n(), s.h(), s.w(), in);
        INDArray wideByKernels = device.array("gw", s.kernel(), s.kernel(), in, s.out());
        device.call(
                "conv2d_bp",
                s.settings(),
                List.of(wideByMap, wideByKernels),
                device.upload("x", resized(x, positions, s.in(), in), s.n(), s.h(), s.w(), in),
                device.upload(
                        "w",
                        resized(kernels(s, w), taps, s.in() * s.out(), in * s.out()),
                        s.kernel(),
                        s.kernel(),
                        in,
                        s.out()),
                device.upload("gy", gradient, s.n(), s.height(), s.width(), s.out()));
        float[] kernels = tape.array(taps * in * s.out());
        device.read(wideByKernels, kernels);
        fromKernels(kernels, byWeight, s.out(), s.in(), in, s.kernel());
        float[] wide = in == s.in() ? byMap : tape.array(positions * in);
        device.read(wideByMap, wide);
        if (wide != byMap) {
            resize(wide, byMap, positions, in, s.in());
        }
    }

    /** Rows of another length: the first numbers, and zeros. */
    private float[] resized(float[] x, int rows, int from, int to) {
        if (from == to) {
            return x;
        }
        float[] resized = tape.zeros(rows * to);
        resize(x, resized, rows, from, to);
        return resized;
    }

    private static void resize(float[] x, float[] resized, int rows, int from, int to) {
        for (int i = 0; i < rows; i++) {
            System.arraycopy(x, i * from, resized, i * to, Math.min(from, to));
        }
    }

    private float[] kernels(ConvolutionShape s, float[] w) {
        float[] kernels = tape.array(w.length);
        toKernels(w, kernels, s.out(), s.in(), s.kernel());
        return kernels;
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

    private static void fromKernels(float[] kernels, float[] w, int out, int in, int wide, int kernel) {
        int taps = kernel * kernel;
        for (int i = 0; i < in; i++) {
            for (int t = 0; t < taps; t++) {
                int from = (t * wide + i) * out;
                for (int o = 0; o < out; o++) {
                    w[(o * in + i) * taps + t] = kernels[from + o];
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

    @Override
    public void close() {
        // Everything is the tape's.
    }
}
