package io.github.rewrite4j.samediff.generator.onnx;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Products of matrices, in the forms that exporters write, against ONNX Runtime. */
class OnnxProductTest extends OperatorSuite {
    static Stream<Arguments> cases() {
        return Stream.of(
                of(
                        "gemm",
                        Net.opset(13)
                                .input("x", 6)
                                .weight("w", 6, 5)
                                .weight("b", 5)
                                .then("Gemm", "w", "b")),
                of(
                        "gemm of PyTorch",
                        Net.opset(13)
                                .input("x", 6)
                                .weight("w", 5, 6)
                                .weight("b", 5)
                                .then("Gemm", List.of("w", "b"), a -> a.whole("transB", 1)
                                        .real("alpha", 0.5)
                                        .real("beta", 2))),
                of("matmul", Net.opset(13).input("x", 6).weight("w", 6, 5).then("MatMul", "w")),
                of(
                        "matmul of rows",
                        Net.opset(13).input("x", 3, 6).weight("w", 6, 5).then("MatMul", "w")),
                of(
                        "attention",
                        Net.opset(13)
                                .input("x", 2, 5, 6)
                                .node("Transpose", List.of("x"), List.of("t"), a -> a.wholes("perm", 0, 1, 3, 2))
                                .node("MatMul", List.of("x", "t"), List.of("s"), a -> {})
                                .node("Softmax", List.of("s"), List.of("p"), a -> a.whole("axis", -1))
                                .node("MatMul", List.of("p", "x"), a -> {})),
                of(
                        "matrix by stacks",
                        Net.opset(13).input("x", 4, 6).weight("w", 3, 4).node("MatMul", List.of("w", "x"), a -> {})),
                of(
                        "einsum",
                        Net.opset(13)
                                .input("x", 3, 4)
                                .weight("w", 5, 4)
                                .then("Einsum", List.of("w"), a -> a.text("equation", "bij,oj->bio"))),
                of(
                        "einsum of scores",
                        Net.opset(13)
                                .input("x", 2, 3, 4)
                                .input("y", 2, 5, 4)
                                .node("Einsum", List.of("x", "y"), a -> a.text("equation", "bhid,bhjd->bhij"))),
                of(
                        "einsum turned",
                        Net.opset(13)
                                .input("x", 3, 4)
                                .then("Einsum", List.of(), a -> a.text("equation", "bij -> bji"))));
    }
}
