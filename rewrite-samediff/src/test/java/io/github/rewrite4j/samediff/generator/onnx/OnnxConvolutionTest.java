package io.github.rewrite4j.samediff.generator.onnx;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Convolutions and their transposes, in the forms that exporters write, against ONNX Runtime. */
class OnnxConvolutionTest extends OperatorSuite {
    private static Net conv(long[] weight, Consumer<Net.Attributes> attributes) {
        return maps(13).weight("w", weight).weight("b", weight[0]).then("Conv", List.of("w", "b"), attributes);
    }

    private static Net transposed(long[] weight, long bias, Consumer<Net.Attributes> attributes) {
        return maps(13).weight("w", weight).weight("b", bias).then("ConvTranspose", List.of("w", "b"), attributes);
    }

    static Stream<Arguments> cases() {
        return Stream.of(
                of("plain", conv(new long[] {5, 4, 3, 3}, a -> {})),
                of("padded", conv(new long[] {5, 4, 3, 3}, a -> a.wholes("pads", 1, 1, 1, 1))),
                of("uneven pads", conv(new long[] {5, 4, 3, 2}, a -> a.wholes("pads", 0, 1, 2, 0))),
                of("strided", conv(new long[] {5, 4, 3, 3}, a -> a.wholes("strides", 2, 3)
                        .wholes("pads", 1, 1, 1, 1))),
                of("dilated", conv(new long[] {5, 4, 3, 3}, a -> a.wholes("dilations", 2, 2)
                        .wholes("pads", 2, 2, 2, 2))),
                of("grouped", conv(new long[] {6, 2, 3, 3}, a -> a.whole("group", 2)
                        .wholes("pads", 1, 1, 1, 1))),
                of("depthwise", conv(new long[] {4, 1, 3, 3}, a -> a.whole("group", 4))),
                of("depthwise, two each", conv(new long[] {8, 1, 3, 3}, a -> a.whole("group", 4))),
                of("same upper", conv(new long[] {5, 4, 4, 3}, a -> a.text("auto_pad", "SAME_UPPER")
                        .wholes("strides", 2, 2))),
                of("same lower", conv(new long[] {5, 4, 4, 3}, a -> a.text("auto_pad", "SAME_LOWER")
                        .wholes("strides", 2, 2))),
                of("valid", conv(new long[] {5, 4, 1, 1}, a -> a.text("auto_pad", "VALID"))),
                of("no bias", maps(9).weight("w", 5, 4, 3, 3).then("Conv", "w")),
                of(
                        "computed weight",
                        maps(13).weight("w", 5, 4, 3, 3)
                                .reals("gain", new float[] {0.25f})
                                .node("Mul", List.of("w", "gain"), List.of("scaled"), a -> {})
                                .node("Conv", List.of("x", "scaled"), a -> a.wholes("pads", 1, 1, 1, 1))),
                of("transposed", transposed(new long[] {4, 5, 3, 3}, 5, a -> {})),
                of("transposed, doubled", transposed(new long[] {4, 5, 4, 4}, 5, a -> a.wholes("strides", 2, 2)
                        .wholes("pads", 1, 1, 1, 1))),
                of("transposed, output padding", transposed(new long[] {4, 5, 3, 3}, 5, a -> a.wholes("strides", 2, 2)
                        .wholes("pads", 1, 1, 1, 1)
                        .wholes("output_padding", 1, 1))),
                of("transposed, uneven", transposed(new long[] {4, 5, 3, 4}, 5, a -> a.wholes("strides", 2, 3)
                        .wholes("pads", 0, 1, 2, 0))),
                of("transposed, dilated", transposed(new long[] {4, 5, 3, 3}, 5, a -> a.wholes("dilations", 2, 1)
                        .wholes("strides", 2, 1))),
                of("transposed, grouped", transposed(new long[] {4, 3, 3, 3}, 6, a -> a.whole("group", 2)
                        .wholes("strides", 2, 2))),
                of("transposed, same", transposed(new long[] {4, 5, 3, 3}, 5, a -> a.text("auto_pad", "SAME_UPPER")
                        .wholes("strides", 2, 2))),
                of("transposed, to a shape", transposed(new long[] {4, 5, 3, 3}, 5, a -> a.wholes(
                                "output_shape", 15, 13)
                        .wholes("strides", 2, 2))));
    }
}
