package io.github.rewrite4j.samediff.generator.onnx;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Borders, in the forms that exporters write, against ONNX Runtime. */
class OnnxPaddingTest extends OperatorSuite {
    static Stream<Arguments> cases() {
        return Stream.concat(
                Stream.of("constant", "reflect", "edge", "wrap")
                        .map(mode -> of(
                                mode,
                                maps(mode.equals("wrap") ? 19 : 13)
                                        .wholes("p", 0, 0, 2, 1, 0, 0, 1, 3)
                                        .then("Pad", List.of("p"), a -> a.text("mode", mode)))),
                Stream.of(
                        of(
                                "a number",
                                maps(13).wholes("p", 0, 1, 0, 0, 0, 0, 1, 0)
                                        .reals("c", new float[] {1.5f})
                                        .then("Pad", "p", "c")),
                        of(
                                "crops",
                                maps(13).wholes("p", 0, 0, -1, 2, 0, 0, 1, -2).then("Pad", "p")),
                        of("by attributes", maps(9).then("Pad", List.of(), a -> a.wholes("pads", 0, 0, 1, 1, 0, 0, 1, 1)
                                .text("mode", "reflect")))));
    }
}
