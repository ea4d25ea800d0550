package io.github.rewrite4j.samediff.tape;

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
        ConvolutionShape s =
                new ConvolutionShape(x.size(0), x.size(1), x.size(2), x.size(3), w.size(0), w.size(2), stride, padding);
        if (s.height() < 1 || s.width() < 1) {
            throw new IllegalArgumentException("A map of " + s.h() + " x " + s.w() + " is smaller than the kernel.");
        }
        if (s.out() > MOST_COLOURS) {
            return channelsLast(s, x, w);
        }
        return s.mixesOnly() ? ColourMixtures.of(s, x, w) : Layout.CHANNELS_FIRST.of(channelsLast(s, x, w));
    }

    private static Node channelsLast(ConvolutionShape s, Node maps, Node w) {
        Node x = Layout.CHANNELS_LAST.of(maps);
        Tape tape = x.tape();
        Node result = tape.record(s.result(), Layout.CHANNELS_LAST, Tape.anyTracked(x, w), y -> {
            float[] byMap = x.tracked() ? tape.array(x.length()) : Tape.NOTHING;
            float[] byWeight = w.tracked() ? tape.array(w.length()) : Tape.NOTHING;
            if (x.tracked() && w.tracked()) {
                tape.convolutions().byBoth(s, x.value(), w.value(), y.gradient(), byMap, byWeight);
            } else if (x.tracked()) {
                tape.convolutions().byMap(s, w.value(), y.gradient(), byMap);
            } else {
                tape.convolutions().byWeight(s, x.value(), y.gradient(), byWeight);
            }
            if (x.tracked()) {
                x.accumulate(byMap);
            }
            if (w.tracked()) {
                w.accumulate(byWeight);
            }
        });
        tape.convolutions().forward(s, x.value(), w.value(), result.value());
        return result;
    }
}
