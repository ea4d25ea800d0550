package io.github.rewrite4j.samediff.tape;

import io.github.rewrite4j.samediff.engine.kernel.HeapProducts;

/** Convolutions of 1x1 into pictures: one product of the weight with all positions, from channels last to channels first. */
final class ColourMixtures {
    private ColourMixtures() {}

    /** y = w x at each position, channels first. */
    static Node of(Node maps, Node w) {
        Node x = Layout.CHANNELS_LAST.of(maps);
        Tape tape = x.tape();
        int n = x.size(0);
        int in = x.size(1);
        int out = w.size(0);
        int plane = x.size(2) * x.size(3);
        int points = n * plane;
        int[] shape = {n, out, x.size(2), x.size(3)};
        Node result = tape.record(shape, Tape.anyTracked(x, w), y -> {
            float[] channelwise = tape.array(out * points);
            Rows.exchange(y.gradient(), n, channelwise, out, plane);
            if (w.tracked()) {
                HeapProducts.add(false, false, out, in, points, 1, channelwise, x.value(), w.gradient());
            }
            if (x.tracked()) {
                HeapProducts.add(true, false, points, in, out, 1, channelwise, w.value(), x.gradient());
            }
        });
        float[] channelwise = tape.zeros(out * points);
        HeapProducts.add(false, true, out, points, in, 1, w.value(), x.value(), channelwise);
        Rows.exchange(channelwise, out, result.value(), n, plane);
        return result;
    }
}
