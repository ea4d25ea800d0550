package io.github.rewrite4j.samediff.generator.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import onnx.Onnx.TensorProto;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Each operator, in the forms that exporters write, against ONNX Runtime. */
class OnnxOperatorsTest {
    private static final double TOLERANCE = 1e-4;

    private static Arguments of(String name, Net net) {
        return Arguments.of(name, net);
    }

    private static Net maps(int opset) {
        return Net.opset(opset).input("x", 4, 7, 6);
    }

    private static Net conv(long[] weight, java.util.function.Consumer<Net.Attributes> attributes) {
        return maps(13).weight("w", weight).weight("b", weight[0]).then("Conv", List.of("w", "b"), attributes);
    }

    private static Net transposed(long[] weight, long bias, java.util.function.Consumer<Net.Attributes> attributes) {
        return maps(13).weight("w", weight).weight("b", bias).then("ConvTranspose", List.of("w", "b"), attributes);
    }

    static Stream<Arguments> convolutions() {
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

    static Stream<Arguments> pools() {
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

    static Stream<Arguments> otherPools() {
        return Stream.of(
                of("counting pads", maps(13).then("AveragePool", List.of(), a -> a.wholes("kernel_shape", 3, 3)
                        .wholes("pads", 1, 1, 1, 1)
                        .whole("count_include_pad", 1))),
                of("global mean", maps(13).then("GlobalAveragePool")),
                of("global maximum", maps(13).then("GlobalMaxPool")));
    }

    static Stream<Arguments> activations() {
        return Stream.of(
                        "Relu",
                        "LeakyRelu",
                        "Sigmoid",
                        "Tanh",
                        "Softplus",
                        "Softsign",
                        "Erf",
                        "Elu",
                        "Celu",
                        "Selu",
                        "HardSigmoid",
                        "ThresholdedRelu",
                        "Abs",
                        "Neg",
                        "Floor",
                        "Ceil",
                        "Round",
                        "Sign",
                        "Reciprocal",
                        "Exp",
                        "Sin",
                        "Cos",
                        "Softmax",
                        "LogSoftmax",
                        "Identity",
                        "Dropout")
                .map(name -> of(name, maps(13).then(name)));
    }

    static Stream<Arguments> moreActivations() {
        return Stream.of(
                of("leak", maps(13).then("LeakyRelu", List.of(), a -> a.real("alpha", 0.3))),
                of("elu 2", maps(13).then("Elu", List.of(), a -> a.real("alpha", 2))),
                of("hard swish", maps(14).then("HardSwish")),
                of("mish", maps(18).then("Mish")),
                of("gelu", maps(20).then("Gelu")),
                of("rough gelu", maps(20).then("Gelu", List.of(), a -> a.text("approximate", "tanh"))),
                of("prelu", maps(13).weight("s", 4, 1, 1).then("PRelu", "s")),
                of("prelu of one", maps(13).weight("s", 1).then("PRelu", "s")),
                of(
                        "clip",
                        maps(13).reals("l", new float[] {-0.5f})
                                .reals("h", new float[] {0.25f})
                                .then("Clip", "l", "h")),
                of("clip above", maps(13).reals("h", new float[] {0.25f}).then("Clip", "", "h")),
                of("clip by attributes", maps(9).then("Clip", List.of(), a -> a.real("min", -1)
                        .real("max", 0.5))),
                of("sqrt", maps(13).then("Abs").then("Sqrt")),
                of("log", maps(13).then("Exp").then("Log")),
                of("old softmax", maps(11).then("Softmax", List.of(), a -> a.whole("axis", 1))),
                of("softmax of channels", maps(13).then("Softmax", List.of(), a -> a.whole("axis", 1))));
    }

    static Stream<Arguments> arithmetic() {
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

    static Stream<Arguments> normalisations() {
        return Stream.of(
                of(
                        "batch",
                        maps(13).weight("g", 4)
                                .weight("b", 4)
                                .weight("m", 4)
                                .reals("v", new float[] {0.5f, 1, 2, 0.1f}, 4)
                                .then("BatchNormalization", "g", "b", "m", "v")),
                of("instance", maps(13).weight("g", 4).weight("b", 4).then("InstanceNormalization", "g", "b")),
                of("layer", maps(17).weight("g", 6).weight("b", 6).then("LayerNormalization", "g", "b")),
                of(
                        "layer from channels",
                        maps(17).weight("g", 4, 7, 6)
                                .then("LayerNormalization", List.of("g"), a -> a.whole("axis", 1))),
                of(
                        "group",
                        maps(21).weight("g", 4)
                                .weight("b", 4)
                                .then("GroupNormalization", List.of("g", "b"), a -> a.whole("num_groups", 2))),
                of(
                        "group by instance",
                        maps(13).wholes("grouped", 0, 2, -1)
                                .then("Reshape", "grouped")
                                .reals("g", new float[] {1, 1}, 2)
                                .reals("b", new float[] {0, 0}, 2)
                                .then("InstanceNormalization", "g", "b")
                                .wholes("back", -1, 4, 7, 6)
                                .then("Reshape", "back")),
                of("unit length", maps(13).then("LpNormalization", List.of(), a -> a.whole("axis", 1))),
                of("neighbours", maps(13).then("LRN", List.of(), a -> a.whole("size", 3))));
    }

    static Stream<Arguments> resizing() {
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

    static Stream<Arguments> padding() {
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

    static Stream<Arguments> products() {
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

    static Stream<Arguments> reductions() {
        return Stream.of(
                        "ReduceSum",
                        "ReduceMean",
                        "ReduceMax",
                        "ReduceMin",
                        "ReduceL1",
                        "ReduceL2",
                        "ReduceSumSquare",
                        "ReduceLogSumExp",
                        "ReduceProd")
                .flatMap(name -> Stream.of(
                        of(
                                name,
                                name.equals("ReduceSum")
                                        ? maps(13).wholes("axes", 2, 3).then(name, "axes")
                                        : maps(13).then(name, List.of(), a -> a.wholes("axes", 2, 3))),
                        of(
                                name + " of channels",
                                name.equals("ReduceSum")
                                        ? maps(13).wholes("axes", 1)
                                                .then(name, List.of("axes"), a -> a.whole("keepdims", 0))
                                        : maps(13).then(name, List.of(), a -> a.wholes("axes", 1)
                                                .whole("keepdims", 0))),
                        of(name + " 18", maps(18).wholes("axes", -1).then(name, "axes"))));
    }

    static Stream<Arguments> structure() {
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

    static Stream<Arguments> quantised() {
        return Stream.of(
                of(
                        "weights in 8 bits",
                        maps(13).bytes("q", TensorProto.DataType.INT8, ramp(5 * 4 * 9, -90, 180), 5, 4, 3, 3)
                                .reals("scale", new float[] {0.01f, 0.02f, 0.03f, 0.01f, 0.02f}, 5)
                                .bytes("zero", TensorProto.DataType.INT8, new int[] {0, 1, -2, 3, 0}, 5)
                                .node(
                                        "DequantizeLinear",
                                        List.of("q", "scale", "zero"),
                                        List.of("w"),
                                        a -> a.whole("axis", 0))
                                .node("Conv", List.of("x", "w"), a -> {})),
                of(
                        "activations in 8 bits",
                        maps(13).reals("scale", new float[] {0.05f})
                                .bytes("zero", TensorProto.DataType.UINT8, new int[] {128})
                                .node("QuantizeLinear", List.of("x", "scale", "zero"), List.of("q"), a -> {})
                                .node("DequantizeLinear", List.of("q", "scale", "zero"), a -> {})));
    }

    private static int[] ramp(int count, int from, int range) {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = from + i * 7 % range;
        }
        return values;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({
        "convolutions",
        "pools",
        "otherPools",
        "activations",
        "moreActivations",
        "arithmetic",
        "normalisations",
        "resizing",
        "padding",
        "products",
        "reductions",
        "structure",
        "quantised"
    })
    void computesWhatOnnxRuntimeComputes(String name, Net net) throws Exception {
        byte[] file = net.file();
        Map<String, Kind> kinds = new HashMap<>();
        net.inputs().keySet().forEach(input -> kinds.put(input, Kind.REAL));
        OnnxGraph graph =
                new OnnxGraph(OnnxFile.parse(file, "net.onnx", null), net.inputs(), kinds, Map.of(), 0, net.last());
        for (int batch : new int[] {1, 3}) {
            Map<String, INDArray> feeds = new LinkedHashMap<>();
            net.inputs().forEach((input, sizes) -> {
                long[] shape = new long[sizes.length + 1];
                shape[0] = batch;
                System.arraycopy(sizes, 0, shape, 1, sizes.length);
                Nd4j.getRandom().setSeed(11 + input.hashCode());
                feeds.put(input, Nd4j.randn(DataType.FLOAT, shape));
            });
            INDArray expected = OnnxReference.run(file, feeds);
            Value result = graph.value(net.last());
            INDArray computed = graph.graph()
                    .output(feeds, graph.variable(result).name())
                    .values()
                    .iterator()
                    .next();
            assertThat(computed.shape()).isEqualTo(expected.shape());
            double deviation = computed.sub(expected).amaxNumber().doubleValue();
            assertThat(deviation)
                    .isLessThanOrEqualTo(
                            TOLERANCE * Math.max(1, expected.amaxNumber().doubleValue()));
        }
    }
}
