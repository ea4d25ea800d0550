package io.github.rewrite4j.samediff.generator.onnx;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Pooling, in the forms that exporters write, against ONNX Runtime. */
class OnnxPoolingTest extends OperatorSuite {
    static Stream<Arguments> cases() {
        return Stream.of(pools(), otherPools(), pools(19, "AveragePool"), pools(13, "MaxPool"))
                .flatMap(Function.identity());
    }

    /** Windows with gaps between their taps. */
    private static Stream<Arguments> pools(int opset, String pool) {
        return Stream.of(
                of(pool + " with gaps", maps(opset).then(pool, List.of(), a -> a.wholes("kernel_shape", 2, 3)
                        .wholes("dilations", 3, 2))),
                of(pool + " with gaps, padded", maps(opset).then(pool, List.of(), a -> a.wholes("kernel_shape", 3, 2)
                        .wholes("dilations", 2, 1)
                        .wholes("strides", 1, 2)
                        .wholes("pads", 2, 1, 1, 0))));
    }

    private static Stream<Arguments> pools() {
        return Stream.of("MaxPool", "AveragePool")
                .flatMap(pool -> Stream.of(
                        of(pool, maps(13).then(pool, List.of(), a -> a.wholes("kernel_shape", 2, 3)
                                .wholes("strides", 2, 2))),
                        of(pool + " padded", maps(13).then(pool, List.of(), a -> a.wholes("kernel_shape", 3, 3)
                                .wholes("pads", 1, 1, 1, 1))),
                        of(pool + " uneven", maps(13).then(pool, List.of(), a -> a.wholes("kernel_shape", 3, 3)
                                .wholes("pads", 1, 0, 0, 2))),
                        of(pool + " rounding up", maps(13).then(pool, List.of(), a -> a.wholes("kernel_shape", 3, 3)
                                .wholes("strides", 2, 2)
                                .whole("ceil_mode", 1))),
                        of(pool + " same", maps(13).then(pool, List.of(), a -> a.wholes("kernel_shape", 2, 2)
                                .wholes("strides", 2, 2)
                                .text("auto_pad", "SAME_UPPER")))));
    }

    private static Stream<Arguments> otherPools() {
        return Stream.of(
                of("counting pads", maps(13).then("AveragePool", List.of(), a -> a.wholes("kernel_shape", 3, 3)
                        .wholes("pads", 1, 1, 1, 1)
                        .whole("count_include_pad", 1))),
                of("global mean", maps(13).then("GlobalAveragePool")),
                of("global maximum", maps(13).then("GlobalMaxPool")));
    }
}
