package io.github.rewrite4j.samediff.generator.onnx;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Resizing in all modes and places, in the forms that exporters write, against ONNX Runtime. */
class OnnxResizingTest extends OperatorSuite {
    static Stream<Arguments> cases() {
        Stream<Arguments> old = Stream.of(
                of("upsample", maps(9).reals("s", new float[] {1, 1, 2, 2}, 4).then("Upsample", "s")),
                of(
                        "upsample 3 2",
                        maps(9).reals("s", new float[] {1, 1, 3, 2}, 4).then("Upsample", "s")),
                of(
                        "upsample linear",
                        maps(9).reals("s", new float[] {1, 1, 2, 2}, 4)
                                .then("Upsample", List.of("s"), a -> a.text("mode", "linear"))),
                of("resize 10", maps(10).reals("s", new float[] {1, 1, 2, 2}, 4).then("Resize", "s")));
        Stream<Arguments> modes = Stream.of("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric")
                .flatMap(place -> Stream.of("nearest", "linear", "cubic")
                        .flatMap(mode -> Stream.of(
                                of(
                                        place + " " + mode + " by scales",
                                        maps(13).reals("s", new float[] {1, 1, 2, 1.5f}, 4)
                                                .then("Resize", List.of("", "s"), a -> a.text("mode", mode)
                                                        .text("coordinate_transformation_mode", place))),
                                of(
                                        place + " " + mode + " to sizes",
                                        maps(13).node("Shape", List.of("x"), List.of("shape"), a -> {})
                                                .wholes("first", 0, 1)
                                                .node("Gather", List.of("shape", "first"), List.of("kept"), a -> {})
                                                .wholes("grid", 5, 11)
                                                .node(
                                                        "Concat",
                                                        List.of("kept", "grid"),
                                                        List.of("sizes"),
                                                        a -> a.whole("axis", 0))
                                                .node("Resize", List.of("x", "", "", "sizes"), a -> a.text("mode", mode)
                                                        .text("coordinate_transformation_mode", place))))));
        Stream<Arguments> nearest = Stream.of("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")
                .map(rounding -> of(
                        "nearest " + rounding,
                        maps(13).reals("s", new float[] {1, 1, 2, 0.5f}, 4)
                                .then("Resize", List.of("", "s"), a -> a.text("nearest_mode", rounding))));
        Stream<Arguments> more = Stream.of(
                of(
                        "cubic of -.5, inside",
                        maps(13).reals("s", new float[] {1, 1, 2, 2}, 4)
                                .then("Resize", List.of("", "s"), a -> a.text("mode", "cubic")
                                        .real("cubic_coeff_a", -0.5)
                                        .whole("exclude_outside", 1))),
                of(
                        "linear, antialiased",
                        maps(18).reals("s", new float[] {1, 1, 0.5f, 0.4f}, 4)
                                .then("Resize", List.of("", "s"), a -> a.text("mode", "linear")
                                        .whole("antialias", 1))),
                of(
                        "cubic, antialiased",
                        maps(18).reals("s", new float[] {1, 1, 0.5f, 0.4f}, 4)
                                .then("Resize", List.of("", "s"), a -> a.text("mode", "cubic")
                                        .whole("antialias", 1))),
                of(
                        "symmetric",
                        maps(19).reals("s", new float[] {1, 1, 1.3f, 0.6f}, 4)
                                .then("Resize", List.of("", "s"), a -> a.text("mode", "linear")
                                        .text("coordinate_transformation_mode", "half_pixel_symmetric"))),
                of(
                        "two axes",
                        maps(18).reals("s", new float[] {2, 2}, 2)
                                .then("Resize", List.of("", "s"), a -> a.wholes("axes", 2, 3))));
        return Stream.of(old, modes, nearest, more).flatMap(s -> s);
    }
}
