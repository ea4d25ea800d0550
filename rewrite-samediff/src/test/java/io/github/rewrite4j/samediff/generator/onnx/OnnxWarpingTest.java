package io.github.rewrite4j.samediff.generator.onnx;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Maps read at places that an input gives, inside and outside, against ONNX Runtime. */
class OnnxWarpingTest extends OperatorSuite {
    static Stream<Arguments> cases() {
        return Stream.concat(
                Stream.of("zeros", "border", "reflection")
                        .flatMap(padding -> Stream.of("bilinear", "nearest").flatMap(mode -> Stream.of(0, 1)
                                .map(corners -> of(
                                        padding + ", " + mode + (corners == 1 ? ", corners" : ""),
                                        sampled(padding, mode, corners))))),
                Stream.of(fixed()));
    }

    private static Net sampled(String padding, String mode, int corners) {
        return Net.opset(16).input("grid", 5, 3, 2).input("x", 2, 6, 4).then("GridSample", List.of("grid"), a -> a.text(
                        "padding_mode", padding)
                .text("mode", mode)
                .whole("align_corners", corners));
    }

    /** The same turn of every sample, as exporters write a grid that no input changes. */
    private static Arguments fixed() {
        float[] grid = new float[2 * 4 * 4];
        for (int i = 0; i < 16; i++) {
            int row = i / 4;
            grid[2 * i] = (row - 1.5f) / 2;
            grid[2 * i + 1] = (1.5f - i % 4) / 2;
        }
        return of(
                "a grid of the file",
                Net.opset(16)
                        .input("x", 2, 4, 4)
                        .reals("one", grid, 1, 4, 4, 2)
                        .constant("axis", new long[] {1}, 0)
                        .node("Shape", List.of("x"), List.of("all"), a -> {})
                        .constant("from", new long[] {1}, 0)
                        .constant("until", new long[] {1}, 1)
                        .node("Slice", List.of("all", "from", "until", "axis"), List.of("n"), a -> {})
                        .constant("rest", new long[] {3}, 1, 1, 1)
                        .node("Concat", List.of("n", "rest"), List.of("times"), a -> a.whole("axis", 0))
                        .node("Tile", List.of("one", "times"), List.of("grid"), a -> {})
                        .node("GridSample", List.of("x", "grid"), a -> {}));
    }
}
