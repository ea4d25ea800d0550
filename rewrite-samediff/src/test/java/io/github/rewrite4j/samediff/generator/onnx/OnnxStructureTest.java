package io.github.rewrite4j.samediff.generator.onnx;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What moves numbers and what asks for shapes, in the forms that exporters write, against ONNX Runtime. */
class OnnxStructureTest extends OperatorSuite {
    static Stream<Arguments> cases() {
        return Stream.of(
                of("reshape", maps(13).wholes("s", 0, -1).then("Reshape", "s")),
                of(
                        "reshape by shape",
                        maps(13).node("Shape", List.of("x"), List.of("shape"), a -> {})
                                .wholes("zero", new long[0], 0)
                                .node("Gather", List.of("shape", "zero"), List.of("n"), a -> {})
                                .wholes("at", 0)
                                .node("Unsqueeze", List.of("n", "at"), List.of("n1"), a -> {})
                                .wholes("rest", -1, 6)
                                .node("Concat", List.of("n1", "rest"), List.of("to"), a -> a.whole("axis", 0))
                                .node("Reshape", List.of("x", "to"), a -> {})),
                of(
                        "samples times channels",
                        maps(13).wholes("s", -1, 1, 7, 6)
                                .then("Reshape", "s")
                                .weight("w", 1, 1, 3, 3)
                                .then("Conv", "w")
                                .wholes("back", -1, 4, 5, 4)
                                .then("Reshape", "back")),
                of("flatten", maps(13).then("Flatten", List.of(), a -> a.whole("axis", 2))),
                of("transpose", maps(13).then("Transpose", List.of(), a -> a.wholes("perm", 0, 2, 3, 1))),
                of(
                        "squeeze",
                        maps(13).then("GlobalAveragePool").wholes("axes", 2, 3).then("Squeeze", "axes")),
                of(
                        "old squeeze",
                        maps(11).then("GlobalAveragePool").then("Squeeze", List.of(), a -> a.wholes("axes", 2, 3))),
                of("unsqueeze", maps(13).wholes("axes", 1, -1).then("Unsqueeze", "axes")),
                of("concat", maps(13).then("Neg").then("Concat", List.of("x"), a -> a.whole("axis", 1))),
                of(
                        "split",
                        maps(13).node("Split", List.of("x"), List.of("p", "q"), a -> a.whole("axis", 1))
                                .node("Sub", List.of("p", "q"), a -> {})),
                of(
                        "split into sizes",
                        maps(13).wholes("s", 1, 3)
                                .node("Split", List.of("x", "s"), List.of("p", "q"), a -> a.whole("axis", 1))
                                .node("Mul", List.of("p", "q"), a -> {})),
                of(
                        "slice",
                        maps(13).wholes("b", 1, -3)
                                .wholes("e", 6, 1000)
                                .wholes("a", 2, 3)
                                .wholes("s", 2, 1)
                                .then("Slice", "b", "e", "a", "s")),
                of(
                        "slice backwards",
                        maps(13).wholes("b", -1)
                                .wholes("e", Long.MIN_VALUE + 1)
                                .wholes("a", 3)
                                .wholes("s", -1)
                                .then("Slice", "b", "e", "a", "s")),
                of("old slice", maps(9).then("Slice", List.of(), a -> a.wholes("starts", 1, 0)
                        .wholes("ends", 3, -1)
                        .wholes("axes", 1, 2))),
                of("gather", maps(13).wholes("i", 2, 0, 1, -1).then("Gather", List.of("i"), a -> a.whole("axis", 1))),
                of(
                        "gather one",
                        maps(13).wholes("i", new long[0], 2).then("Gather", List.of("i"), a -> a.whole("axis", 1))),
                of(
                        "expand",
                        maps(13).then("GlobalAveragePool")
                                .wholes("s", 1, 4, 3, 2)
                                .then("Expand", "s")),
                of(
                        "learnt input",
                        Net.opset(13)
                                .input("x", 6)
                                .weight("c", 1, 4, 2, 2)
                                .node("Shape", List.of("x"), List.of("shape"), a -> {})
                                .wholes("b", 0)
                                .wholes("e", 1)
                                .node("Slice", List.of("shape", "b", "e"), List.of("n"), a -> {})
                                .wholes("ones", 1, 1, 1)
                                .node("Concat", List.of("n", "ones"), List.of("to"), a -> a.whole("axis", 0))
                                .node("Expand", List.of("c", "to"), a -> {})),
                of("tile", maps(13).wholes("r", 1, 2, 1, 3).then("Tile", "r")),
                of(
                        "depth to space",
                        Net.opset(13)
                                .input("x", 8, 3, 5)
                                .then("DepthToSpace", List.of(), a -> a.whole("blocksize", 2))),
                of("pixel shuffle", Net.opset(13).input("x", 8, 3, 5).then("DepthToSpace", List.of(), a -> a.whole(
                                "blocksize", 2)
                        .text("mode", "CRD"))),
                of(
                        "space to depth",
                        Net.opset(13)
                                .input("x", 2, 4, 6)
                                .then("SpaceToDepth", List.of(), a -> a.whole("blocksize", 2))),
                of(
                        "constant of shape",
                        maps(13).node("Shape", List.of("x"), List.of("shape"), a -> {})
                                .node("ConstantOfShape", List.of("shape"), List.of("zeros"), a -> {})
                                .node("Add", List.of("x", "zeros"), a -> {})),
                of(
                        "range of places",
                        maps(13).wholes("from", new long[0], 0)
                                .wholes("to", new long[0], 6)
                                .wholes("by", new long[0], 1)
                                .node("Range", List.of("from", "to", "by"), List.of("places"), a -> {})
                                .node("Cast", List.of("places"), List.of("reals"), a -> a.whole("to", 1))
                                .node("Mul", List.of("x", "reals"), a -> {})));
    }
}
