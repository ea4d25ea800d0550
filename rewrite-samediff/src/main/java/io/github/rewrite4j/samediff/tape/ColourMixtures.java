package io.github.rewrite4j.samediff.tape;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Convolutions of 1x1 into pictures: one product of the weight with all positions, from channels last to channels first. */
final class ColourMixtures {
    private static final long[] PRODUCT = {0, 0};
    private static final long[] FIRST_TRANSPOSED = {1, 0};
    private static final long[] SECOND_TRANSPOSED = {0, 1};

    private ColourMixtures() {}

    /** y = w x at each position, channels first. */
    static Node of(ConvolutionShape s, Node maps, Node w) {
        Node x = Layout.CHANNELS_LAST.of(maps);
        Tape tape = x.tape();
        int plane = s.h() * s.w();
        int points = s.n() * plane;
        Node result = tape.record(s.result(), Tape.anyTracked(x, w), y -> {
            float[] channelwise = tape.array(s.out() * points);
            Rows.exchange(y.gradient(), s.n(), channelwise, s.out(), plane);
            DeviceScratch device = tape.device();
            INDArray gradient = device.upload("mixed gy", channelwise, s.out(), points);
            if (w.tracked()) {
                INDArray positions = device.upload("positions", x.value(), points, s.in());
                w.accumulate(product(tape, PRODUCT, "mixed gw", s.out(), s.in(), gradient, positions));
            }
            if (x.tracked()) {
                INDArray weight = device.upload("mixed w", w.value(), s.out(), s.in());
                x.accumulate(product(tape, FIRST_TRANSPOSED, "mixed gx", points, s.in(), gradient, weight));
            }
        });
        DeviceScratch device = tape.device();
        INDArray weight = device.upload("mixed w", w.value(), s.out(), s.in());
        INDArray positions = device.upload("positions", x.value(), points, s.in());
        float[] channelwise = product(tape, SECOND_TRANSPOSED, "mixed y", s.out(), points, weight, positions);
        Rows.exchange(channelwise, s.out(), result.value(), s.n(), plane);
        return result;
    }

    private static float[] product(
            Tape tape, long[] transposed, String role, int rows, int columns, INDArray a, INDArray b) {
        INDArray product = tape.device().array(role, rows, columns);
        tape.device().call("matmul", transposed, product, a, b);
        float[] result = tape.array(rows * columns);
        tape.device().read(product, result);
        return result;
    }
}
