package io.github.rewrite4j.samediff.tape;

import io.github.rewrite4j.samediff.engine.kernel.MapConvolution;
import io.github.rewrite4j.samediff.engine.kernel.MapGeometry;

/**
 * Two-dimensional convolutions (cross-correlations) in native kernels, for maps with the channels last. Mixing
 * channels to a picture goes another way: {@link ColourMixtures}.
 */
public final class Convolutions {
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
        int n = x.size(0);
        int kernel = w.size(2);
        int height = (x.size(2) + 2 * padding - kernel) / stride + 1;
        int width = (x.size(3) + 2 * padding - kernel) / stride + 1;
        if (height < 1 || width < 1 || kernel > x.size(2) + 2 * padding || kernel > x.size(3) + 2 * padding) {
            throw new IllegalArgumentException(
                    "A map of " + x.size(2) + " x " + x.size(3) + " is smaller than the kernel.");
        }
        boolean colours = w.size(0) <= MOST_COLOURS;
        if (colours && kernel == 1 && stride == 1 && padding == 0) {
            return ColourMixtures.of(x, w);
        }
        MapGeometry geometry = new MapGeometry(
                n, x.size(1), x.size(2), x.size(3), w.size(0), kernel, kernel, stride, stride, 1, 1, padding, padding,
                height, width, 1);
        Node y = channelsLast(geometry, x, w);
        return colours ? Layout.CHANNELS_FIRST.of(y) : y;
    }

    private static Node channelsLast(MapGeometry g, Node maps, Node w) {
        Node x = Layout.CHANNELS_LAST.of(maps);
        Tape tape = x.tape();
        MapConvolution kernel = tape.convolution(g);
        int[] shape = {g.n(), g.out(), g.height(), g.width()};
        Node result = tape.record(shape, Layout.CHANNELS_LAST, Tape.anyTracked(x, w), y -> {
            if (w.tracked()) {
                kernel.byWeight(x.value(), y.gradient(), w.gradient());
            }
            if (x.tracked()) {
                kernel.weightByMap(w.value());
                boolean add = x.hasGradient();
                kernel.byMap(y.gradient(), add ? x.gradient() : x.gradientToFill(), add);
            }
        });
        kernel.weight(w.value());
        kernel.forward(x.value(), result.value(), false);
        return result;
    }
}
