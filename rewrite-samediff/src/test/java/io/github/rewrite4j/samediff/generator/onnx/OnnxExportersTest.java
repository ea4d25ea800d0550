package io.github.rewrite4j.samediff.generator.onnx;

import io.github.rewrite4j.io.internal.HalfPrecision;
import java.util.List;
import java.util.stream.Stream;
import onnx.Onnx.TensorProto;
import org.junit.jupiter.params.provider.Arguments;

/** Chains of nodes that exporters write for one operation of their language, against ONNX Runtime. */
class OnnxExportersTest extends OperatorSuite {
    private static final long[] NUMBER = {};

    static Stream<Arguments> cases() {
        return Stream.concat(sizes(), Stream.concat(spelled(), files()));
    }

    /** A size of x as PyTorch reads it: Shape, Gather by a single number. */
    private static Net size(Net net, int axis, String name) {
        return net.node("Shape", List.of("x"), List.of(name + "shape"), a -> {})
                .constant(name + "axis", NUMBER, axis)
                .node("Gather", List.of(name + "shape", name + "axis"), List.of(name), a -> a.whole("axis", 0));
    }

    /** Twice a size, rounded down in real numbers, as a vector of one. */
    private static Net doubled(Net net, int axis, String name) {
        return size(net, axis, name)
                .reals(name + "two", new float[] {2})
                .node("Cast", List.of(name), List.of(name + "real"), a -> a.whole("to", 1))
                .node("Mul", List.of(name + "real", name + "two"), List.of(name + "much"), a -> {})
                .node("Floor", List.of(name + "much"), List.of(name + "floor"), a -> {});
    }

    private static Stream<Arguments> sizes() {
        Net old = maps(9);
        for (String axis : List.of("h", "w")) {
            doubled(old, axis.equals("h") ? 2 : 3, axis)
                    .node("Cast", List.of(axis + "floor"), List.of(axis + "long"), a -> a.whole("to", 7))
                    .node("Unsqueeze", List.of(axis + "long"), List.of(axis + "1"), a -> a.wholes("axes", 0))
                    .node("Cast", List.of(axis + "1"), List.of(axis + "target"), a -> a.whole("to", 1))
                    .node("Slice", List.of(axis + "shape"), List.of(axis + "own"), a -> a.wholes(
                                    "starts", axis.equals("h") ? 2 : 3)
                            .wholes("ends", axis.equals("h") ? 3 : 4)
                            .wholes("axes", 0))
                    .node("Cast", List.of(axis + "own"), List.of(axis + "from"), a -> a.whole("to", 1))
                    .node("Div", List.of(axis + "target", axis + "from"), List.of(axis + "scale"), a -> {});
        }
        old.reals("ones", new float[] {1, 1}, 2)
                .node("Concat", List.of("ones", "hscale", "wscale"), List.of("scales"), a -> a.whole("axis", 0))
                .node("Upsample", List.of("x", "scales"), a -> a.text("mode", "nearest"));
        Net younger = maps(11);
        for (String axis : List.of("h", "w")) {
            doubled(younger, axis.equals("h") ? 2 : 3, axis)
                    .node("Unsqueeze", List.of(axis + "floor"), List.of(axis + "1"), a -> a.wholes("axes", 0));
        }
        younger.node("Concat", List.of("h1", "w1"), List.of("grid"), a -> a.whole("axis", 0))
                .node("Cast", List.of("grid"), List.of("places"), a -> a.whole("to", 7))
                .node("Shape", List.of("x"), List.of("all"), a -> {})
                .constant("from", new long[] {1}, 0)
                .constant("until", new long[] {1}, 2)
                .constant("along", new long[] {1}, 0)
                .node("Slice", List.of("all", "from", "until", "along"), List.of("kept"), a -> {})
                .node("Concat", List.of("kept", "places"), List.of("sizes"), a -> a.whole("axis", 0))
                .reals("empty", new float[0], 0)
                .node("Resize", List.of("x", "empty", "empty", "sizes"), a -> a.text("mode", "linear")
                        .text("coordinate_transformation_mode", "pytorch_half_pixel")
                        .text("nearest_mode", "floor"));
        return Stream.of(
                of("twice as large, opset 9", old),
                of("twice as large, opset 11", younger),
                of("reflected borders, opset 11", reflected()),
                of(
                        "rows for a dense layer",
                        size(maps(13), 0, "n")
                                .constant("place", new long[] {1}, 0)
                                .node("Unsqueeze", List.of("n", "place"), List.of("n1"), a -> {})
                                .constant("rest", new long[] {1}, -1)
                                .node("Concat", List.of("n1", "rest"), List.of("to"), a -> a.whole("axis", 0))
                                .node("Reshape", List.of("x", "to"), List.of("flat"), a -> {})
                                .weight("fc.weight", 5, 168)
                                .weight("fc.bias", 5)
                                .node("Gemm", List.of("flat", "fc.weight", "fc.bias"), a -> a.whole("transB", 1))));
    }

    /** As PyTorch writes the borders of four sides, given last axis first, in the order of the standard. */
    private static Net reflected() {
        return maps(11).constant("pads", new long[] {4}, 1, 2, 2, 1)
                .constant("more", new long[] {1}, 4)
                .node(
                        "ConstantOfShape",
                        List.of("more"),
                        List.of("none"),
                        a -> a.tensor(
                                "value",
                                TensorProto.newBuilder()
                                        .setDataType(TensorProto.DataType.INT64_VALUE)
                                        .addDims(1)
                                        .addInt64Data(0)
                                        .build()))
                .node("Concat", List.of("pads", "none"), List.of("all"), a -> a.whole("axis", 0))
                .constant("pairs", new long[] {2}, -1, 2)
                .node("Reshape", List.of("all", "pairs"), List.of("paired"), a -> {})
                .constant("last", new long[] {1}, -1)
                .constant("first", new long[] {1}, Long.MIN_VALUE + 1)
                .constant("axis", new long[] {1}, 0)
                .node("Slice", List.of("paired", "last", "first", "axis", "last"), List.of("turned"), a -> {})
                .node("Transpose", List.of("turned"), List.of("sides"), a -> a.wholes("perm", 1, 0))
                .node("Reshape", List.of("sides", "last"), List.of("flat"), a -> {})
                .node("Cast", List.of("flat"), List.of("borders"), a -> a.whole("to", 7))
                .node("Pad", List.of("x", "borders"), a -> a.text("mode", "reflect"));
    }

    private static Stream<Arguments> spelled() {
        return Stream.of(
                of(
                        "instance norm by hand",
                        maps(13).node("ReduceMean", List.of("x"), List.of("mean"), a -> a.wholes("axes", 2, 3))
                                .node("Sub", List.of("x", "mean"), List.of("centred"), a -> {})
                                .reals("two", new float[] {2})
                                .node("Pow", List.of("centred", "two"), List.of("squares"), a -> {})
                                .node(
                                        "ReduceMean",
                                        List.of("squares"),
                                        List.of("variance"),
                                        a -> a.wholes("axes", 2, 3))
                                .reals("little", new float[] {1e-5f})
                                .node("Add", List.of("variance", "little"), List.of("more"), a -> {})
                                .node("Sqrt", List.of("more"), List.of("deviation"), a -> {})
                                .node("Div", List.of("centred", "deviation"), List.of("normal"), a -> {})
                                .weight("gain", 1, 4, 1, 1)
                                .node("Mul", List.of("normal", "gain"), a -> {})),
                of(
                        "group norm by shapes",
                        maps(13).constant("grouped", new long[] {3}, 0, 2, -1)
                                .node("Reshape", List.of("x", "grouped"), List.of("g"), a -> {})
                                .reals("ones", new float[] {1, 1}, 2)
                                .reals("zeros", new float[] {0, 0}, 2)
                                .node(
                                        "InstanceNormalization",
                                        List.of("g", "ones", "zeros"),
                                        List.of("normal"),
                                        a -> {})
                                .node("Shape", List.of("x"), List.of("shape"), a -> {})
                                .node("Reshape", List.of("normal", "shape"), List.of("back"), a -> {})
                                .weight("gain", 4, 1, 1)
                                .node("Mul", List.of("back", "gain"), a -> {})),
                of(
                        "pixel shuffle by hand",
                        Net.opset(11)
                                .input("x", 12, 3, 5)
                                .constant("split", new long[] {6}, -1, 3, 2, 2, 3, 5)
                                .then("Reshape", "split")
                                .then("Transpose", List.of(), a -> a.wholes("perm", 0, 1, 4, 2, 5, 3))
                                .constant("joined", new long[] {4}, -1, 3, 6, 10)
                                .then("Reshape", "joined")),
                of(
                        "swish, and half the channels as gates",
                        maps(13).node("Sigmoid", List.of("x"), List.of("s"), a -> {})
                                .node("Mul", List.of("x", "s"), List.of("swish"), a -> {})
                                .node("Split", List.of("swish"), List.of("p", "q"), a -> a.whole("axis", 1))
                                .node("Sigmoid", List.of("q"), List.of("gate"), a -> {})
                                .node("Mul", List.of("p", "gate"), a -> {})),
                of(
                        "an If that shapes decide",
                        size(Net.opset(13).input("x", 4, 1, 6), 2, "h")
                                .constant("one", NUMBER, 1)
                                .constant("axes", new long[] {1}, 2)
                                .node("Equal", List.of("h", "one"), List.of("single"), a -> {})
                                .node("If", List.of("single"), a -> a.graph(
                                                "then_branch",
                                                Net.opset(13)
                                                        .node("Squeeze", List.of("x", "axes"), List.of("t"), b -> {}))
                                        .graph(
                                                "else_branch",
                                                Net.opset(13).node("Identity", List.of("x"), List.of("e"), b -> {})))
                                .then("Tanh")),
                of(
                        "a row for every sample, as PyTorch expands it",
                        size(Net.opset(13).input("x", 6), 0, "n")
                                .weight("learnt", 1, 4, 2, 2)
                                .constant("place", new long[] {1}, 0)
                                .node("Unsqueeze", List.of("n", "place"), List.of("n1"), a -> {})
                                .constant("rest", new long[] {3}, -1, -1, -1)
                                .node("Concat", List.of("n1", "rest"), List.of("to"), a -> a.whole("axis", 0))
                                .constant("four", new long[] {1}, 4)
                                .node(
                                        "ConstantOfShape",
                                        List.of("four"),
                                        List.of("ones"),
                                        a -> a.tensor(
                                                "value",
                                                TensorProto.newBuilder()
                                                        .setDataType(TensorProto.DataType.INT64_VALUE)
                                                        .addDims(1)
                                                        .addInt64Data(1)
                                                        .build()))
                                .constant("minus", NUMBER, -1)
                                .node("Mul", List.of("ones", "minus"), List.of("open"), a -> {})
                                .node("Equal", List.of("to", "open"), List.of("kept"), a -> {})
                                .node("Where", List.of("kept", "ones", "to"), List.of("all"), a -> {})
                                .node("Expand", List.of("learnt", "all"), a -> {})),
                of("standardised", maps(13).then("MeanVarianceNormalization", List.of(), a -> a.wholes("axes", 2, 3))));
    }

    private static Stream<Arguments> files() {
        float[] kernel = new float[5 * 4 * 9];
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] = HalfPrecision.fromHalf(HalfPrecision.toHalf((float) Math.sin(i)));
        }
        TensorProto.Builder half = TensorProto.newBuilder()
                .setName("w16")
                .setDataType(TensorProto.DataType.FLOAT16_VALUE)
                .addAllDims(List.of(5L, 4L, 3L, 3L));
        for (float value : kernel) {
            half.addInt32Data(HalfPrecision.toHalf(value) & 0xffff);
        }
        return Stream.of(
                of(
                        "weights of 16 bits, widened",
                        maps(13).tensor(half.build())
                                .node("Cast", List.of("w16"), List.of("w"), a -> a.whole("to", 1))
                                .node("Conv", List.of("x", "w"), a -> {})),
                of(
                        "initialisers among the inputs",
                        maps(9).weight("w", 5, 4, 3, 3)
                                .weight("g", 5)
                                .weight("b", 5)
                                .weight("m", 5)
                                .reals("v", new float[] {1, 2, 1, 3, 1}, 5)
                                .then("Conv", "w")
                                .then("BatchNormalization", List.of("g", "b", "m", "v"), a -> a.real("momentum", 0.9)
                                        .real("epsilon", 1e-3))
                                .then("Dropout", List.of(), a -> a.real("ratio", 0.3))
                                .then("Identity")
                                .initialisersAsInputs()),
                of(
                        "a class as ones and zeros, made inside",
                        Net.opset(13)
                                .wholeInput("label")
                                .input("z", 3)
                                .constant("classes", NUMBER, 5)
                                .reals("values", new float[] {0, 1}, 2)
                                .node("OneHot", List.of("label", "classes", "values"), List.of("row"), a -> {})
                                .node("Concat", List.of("z", "row"), List.of("both"), a -> a.whole("axis", 1))
                                .weight("w", 8, 6)
                                .node("MatMul", List.of("both", "w"), a -> {})),
                of(
                        "a class that scales the latent",
                        Net.opset(11)
                                .wholeInput("label")
                                .input("z", 4)
                                .weight("table", 5, 4)
                                .node("Gather", List.of("table", "label"), List.of("embedded"), a -> a.whole("axis", 0))
                                .node("Mul", List.of("z", "embedded"), List.of("both"), a -> {})
                                .node("Unsqueeze", List.of("both"), List.of("wide"), a -> a.wholes("axes", 2, 3))
                                .weight("w", 4, 3, 4, 4)
                                .node("ConvTranspose", List.of("wide", "w"), a -> {})),
                of(
                        "a class in a column",
                        Net.opset(13)
                                .wholeInput("label", 1)
                                .weight("table", 5, 4)
                                .node("Gather", List.of("table", "label"), List.of("embedded"), a -> {})
                                .wholes("one", 1)
                                .node("Squeeze", List.of("embedded", "one"), a -> {})),
                of(
                        "a class in maps beside a picture",
                        maps(13).wholeInput("label")
                                .weight("table", 5, 42)
                                .node("Gather", List.of("table", "label"), List.of("row"), a -> {})
                                .constant("to", new long[] {4}, -1, 1, 7, 6)
                                .node("Reshape", List.of("row", "to"), List.of("map"), a -> {})
                                .node("Concat", List.of("x", "map"), a -> a.whole("axis", 1))));
    }
}
