package io.github.rewrite4j.samediff.tape;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolutions of maps with few channels, such as pictures, as one product of all windows with the weight: the native
 * kernels are made for many channels and take up to four times as long.
 */
final class ColourConvolutions {
    private static final long[] BOTH_TRANSPOSED = {1, 1};

    /** Up to so many numbers in a window. */
    private static final int LARGEST_WINDOW = 64;

    private ColourConvolutions() {}

    /** Whether windows are small enough. */
    static boolean suit(ConvolutionShape s) {
        return s.in() * s.kernel() * s.kernel() <= LARGEST_WINDOW && s.kernel() > 1;
    }

    /** y = w * x, channels last. */
    static Node of(ConvolutionShape s, Node maps, Node w) {
        Node x = Layout.CHANNELS_FIRST.of(maps);
        Tape tape = x.tape();
        Node result = tape.record(s.result(), Layout.CHANNELS_LAST, Tape.anyTracked(x, w), y -> {
            if (w.tracked()) {
                addByWeight(s, x, w, y.gradient());
            }
            if (x.tracked()) {
                float[] byMap = tape.array(x.length());
                float[] last = Convolutions.byMap(tape, s, w.value(), y.gradient());
                Layout.CHANNELS_FIRST.fill(last, byMap, s.n(), s.in(), s.h() * s.w());
                x.accumulate(byMap);
            }
        });
        int window = s.in() * s.kernel() * s.kernel();
        int points = s.n() * s.height() * s.width();
        DeviceScratch device = tape.device();
        INDArray product = device.array("colour y", points, s.out());
        device.call(
                "matmul",
                BOTH_TRANSPOSED,
                product,
                device.upload("windows", windows(tape, s, x.value()), window, points),
                device.upload("colour w", w.value(), s.out(), window));
        device.read(product, result.value());
        return result;
    }

    private static void addByWeight(ConvolutionShape s, Node x, Node w, float[] gradient) {
        Tape tape = x.tape();
        int window = s.in() * s.kernel() * s.kernel();
        int points = s.n() * s.height() * s.width();
        DeviceScratch device = tape.device();
        INDArray product = device.array("colour gw", s.out(), window);
        device.call(
                "matmul",
                BOTH_TRANSPOSED,
                product,
                device.upload("colour gy", gradient, points, s.out()),
                device.upload("windows", windows(tape, s, x.value()), window, points));
        float[] result = tape.array(w.length());
        device.read(product, result);
        w.accumulate(result);
    }

    /** [in k k, N H W]: what each tap of the kernel sees at each point. */
    private static float[] windows(Tape tape, ConvolutionShape s, float[] x) {
        int taps = s.kernel() * s.kernel();
        int points = s.n() * s.height() * s.width();
        float[] all = tape.array(s.in() * taps * points);
        for (int row = 0; row < s.in() * taps; row++) {
            int channel = row / taps;
            int down = row % taps / s.kernel() - s.padding();
            int right = row % s.kernel() - s.padding();
            for (int n = 0; n < s.n(); n++) {
                int map = (n * s.in() + channel) * s.h() * s.w();
                for (int line = 0; line < s.height(); line++) {
                    int to = row * points + (n * s.height() + line) * s.width();
                    int from = line * s.stride() + down;
                    if (from < 0 || from >= s.h()) {
                        Arrays.fill(all, to, to + s.width(), 0);
                    } else {
                        line(x, map + from * s.w(), s.w(), right, s.stride(), all, to, s.width());
                    }
                }
            }
        }
        return all;
    }

    /** Every stride-th number of a line of the map, from a place on, zero outside. */
    private static void line(float[] x, int start, int width, int first, int stride, float[] to, int at, int count) {
        int before = Math.min(count, first < 0 ? (stride - 1 - first) / stride : 0);
        int inside = Math.max(before, Math.min(count, (width - first + stride - 1) / stride));
        Arrays.fill(to, at, at + before, 0);
        if (stride == 1) {
            System.arraycopy(x, start + first + before, to, at + before, inside - before);
        } else {
            for (int i = before; i < inside; i++) {
                to[at + i] = x[start + first + i * stride];
            }
        }
        Arrays.fill(to, at + inside, at + count, 0);
    }
}
