package io.github.rewrite4j.samediff.generator.onnx;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Arithmetic with broadcasting, comparisons and choices, in the forms that exporters write, against ONNX Runtime. */
class OnnxArithmeticTest extends OperatorSuite {
    static Stream<Arguments> cases() {
        Stream<Arguments> pairs = Stream.of("Add", "Sub", "Mul", "Div", "Min", "Max")
                .flatMap(name -> Stream.of(
                        of(name + " a map", maps(13).weight("c", 1, 4, 7, 6).then(name, "c")),
                        of(name + " channels", maps(13).weight("c", 4, 1, 1).then(name, "c")),
                        of(
                                name + " a number",
                                maps(13).reals("c", new float[] {0.7f}).then(name, "c")),
                        of(name + " itself", maps(13).then(name, "x"))));
        return Stream.concat(
                pairs,
                Stream.of(
                        of(
                                "number less a map",
                                maps(13).reals("c", new float[] {1}).node("Sub", List.of("c", "x"), a -> {})),
                        of(
                                "number by a map",
                                maps(13).reals("c", new float[] {1}).node("Div", List.of("c", "x"), a -> {})),
                        of("square", maps(13).reals("c", new float[] {2}).then("Pow", "c")),
                        of(
                                "power",
                                maps(13).then("Abs")
                                        .reals("c", new float[] {1.5f})
                                        .then("Pow", "c")),
                        of(
                                "sum of four",
                                maps(13).weight("c", 1, 4, 7, 6)
                                        .weight("d", 4, 1, 1)
                                        .then("Sum", "c", "d", "x")),
                        of(
                                "largest of three",
                                maps(13).weight("c", 4, 1, 1).weight("d", 7, 1).then("Max", "c", "d")),
                        of(
                                "mean of three",
                                maps(13).weight("c", 4, 1, 1).weight("d", 7, 1).then("Mean", "c", "d")),
                        of("sum", maps(13).weight("c", 1, 4, 7, 6).then("Sum", "c")),
                        of(
                                "where",
                                maps(13).reals("zero", new float[] {0})
                                        .node("Greater", List.of("x", "zero"), List.of("positive"), a -> {})
                                        .weight("c", 4, 1, 1)
                                        .node("Where", List.of("positive", "x", "c"), a -> {})),
                        of(
                                "compared, cast",
                                maps(13).reals("c", new float[] {0.3f})
                                        .then("LessOrEqual", "c")
                                        .then("Not")
                                        .then("Cast", List.of(), a -> a.whole("to", 1)))));
    }
}
