package io.github.rewrite4j.samediff.generator.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.ByteString;

/** An ONNX network written by a test. Numbers of weights come from a seed. */
final class Net {
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("net");
    private final Map<String, long[]> inputs = new LinkedHashMap<>();
    private final Set<String> whole = new HashSet<>();
    private final Random random = new Random(5);
    private final int opset;
    private String last = "";
    private int made;

    private Net(int opset) {
        this.opset = opset;
    }

    static Net opset(int opset) {
        return new Net(opset);
    }

    /** An input with a free batch. */
    Net input(String name, long... sizes) {
        inputs.put(name, sizes);
        graph.addInput(value(name, TensorProto.DataType.FLOAT, 0, sizes));
        last = name;
        return this;
    }

    /** An input whose batch the file fixes. */
    Net fixedInput(String name, long batch, long... sizes) {
        inputs.put(name, sizes);
        graph.addInput(value(name, TensorProto.DataType.FLOAT, batch, sizes));
        last = name;
        return this;
    }

    /** An input of whole numbers with a free batch. */
    Net wholeInput(String name, long... sizes) {
        inputs.put(name, sizes);
        whole.add(name);
        graph.addInput(value(name, TensorProto.DataType.INT64, 0, sizes));
        last = name;
        return this;
    }

    /** What goes into an input. */
    Kind kind(String input) {
        return whole.contains(input) ? Kind.WHOLE : Kind.REAL;
    }

    private static ValueInfoProto value(String name, TensorProto.DataType type, long batch, long... sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        shape.addDim(
                batch > 0
                        ? TensorShapeProto.Dimension.newBuilder().setDimValue(batch)
                        : TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
        for (long size : sizes) {
            shape.addDim(
                    size > 0
                            ? TensorShapeProto.Dimension.newBuilder().setDimValue(size)
                            : TensorShapeProto.Dimension.newBuilder().setDimParam("free" + shape.getDimCount()));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(shape)))
                .build();
    }

    /** Gaussian numbers. */
    Net weight(String name, long... shape) {
        float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian() / 2;
        }
        return reals(name, values, shape);
    }

    Net reals(String name, float[] values, long... shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addAllDims(Arrays.stream(shape).boxed().toList());
        for (float value : values) {
            tensor.addFloatData(value);
        }
        graph.addInitializer(tensor);
        return this;
    }

    Net wholes(String name, long... values) {
        return wholes(name, new long[] {values.length}, values);
    }

    Net wholes(String name, long[] shape, long... values) {
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addAllDims(Arrays.stream(shape).boxed().toList())
                .addAllInt64Data(Arrays.stream(values).boxed().toList()));
        return this;
    }

    Net bytes(String name, TensorProto.DataType type, int[] values, long... shape) {
        byte[] raw = new byte[values.length];
        for (int i = 0; i < raw.length; i++) {
            raw[i] = (byte) values[i];
        }
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .addAllDims(Arrays.stream(shape).boxed().toList())
                .setRawData(ByteString.copyFrom(raw)));
        return this;
    }

    Net tensor(TensorProto tensor) {
        graph.addInitializer(tensor);
        return this;
    }

    /** Lists every initialiser among the inputs too, as files before version 4 of the format do. */
    Net initialisersAsInputs() {
        for (TensorProto tensor : List.copyOf(graph.getInitializerList())) {
            TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
            tensor.getDimsList()
                    .forEach(size ->
                            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size)));
            graph.addInput(ValueInfoProto.newBuilder()
                    .setName(tensor.getName())
                    .setType(TypeProto.newBuilder()
                            .setTensorType(TypeProto.Tensor.newBuilder()
                                    .setElemType(tensor.getDataType())
                                    .setShape(shape))));
        }
        return this;
    }

    /** Numbers as a node of their own, as some exporters write weights and all write small numbers. */
    Net constant(String name, TensorProto value) {
        String before = last;
        node("Constant", List.of(), List.of(name), a -> a.tensor("value", value));
        last = before;
        return this;
    }

    /** The same in whole numbers; a single one without a shape where {@code shape} is empty. */
    Net constant(String name, long[] shape, long... values) {
        return constant(
                name,
                TensorProto.newBuilder()
                        .setDataType(TensorProto.DataType.INT64_VALUE)
                        .addAllDims(Arrays.stream(shape).boxed().toList())
                        .addAllInt64Data(Arrays.stream(values).boxed().toList())
                        .build());
    }

    /** A node that reads what the last one made, and initialisers or other values. */
    Net then(String operator, List<String> others, Consumer<Attributes> attributes) {
        List<String> all = new ArrayList<>(List.of(last));
        all.addAll(others);
        return node(operator, all, attributes);
    }

    Net then(String operator, String... others) {
        return then(operator, List.of(others), none -> {});
    }

    Net node(String operator, List<String> in, Consumer<Attributes> attributes) {
        return node(operator, in, List.of("value" + made++), attributes);
    }

    Net node(String operator, List<String> in, List<String> out, Consumer<Attributes> attributes) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .setOpType(operator)
                .setName(operator + "_" + graph.getNodeCount())
                .addAllInput(in)
                .addAllOutput(out);
        attributes.accept(new Attributes(node));
        graph.addNode(node);
        last = out.get(0);
        return this;
    }

    String last() {
        return last;
    }

    ModelProto model() {
        GraphProto.Builder whole = graph.clone();
        if (whole.getOutputCount() == 0) {
            whole.addOutput(ValueInfoProto.newBuilder()
                    .setName(last)
                    .setType(TypeProto.newBuilder()
                            .setTensorType(
                                    TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE))));
        }
        return ModelProto.newBuilder()
                .setIrVersion(opset > 17 ? 9 : 7)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .setGraph(whole)
                .build();
    }

    byte[] file() {
        return model().toByteArray();
    }

    Map<String, long[]> inputs() {
        return inputs;
    }

    record Attributes(NodeProto.Builder node) {
        Attributes wholes(String name, long... values) {
            node.addAttribute(AttributeProto.newBuilder()
                    .setName(name)
                    .setType(AttributeProto.AttributeType.INTS)
                    .addAllInts(Arrays.stream(values).boxed().toList()));
            return this;
        }

        Attributes whole(String name, long value) {
            node.addAttribute(AttributeProto.newBuilder()
                    .setName(name)
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(value));
            return this;
        }

        Attributes real(String name, double value) {
            node.addAttribute(AttributeProto.newBuilder()
                    .setName(name)
                    .setType(AttributeProto.AttributeType.FLOAT)
                    .setF((float) value));
            return this;
        }

        Attributes text(String name, String value) {
            node.addAttribute(AttributeProto.newBuilder()
                    .setName(name)
                    .setType(AttributeProto.AttributeType.STRING)
                    .setS(ByteString.copyFromUtf8(value)));
            return this;
        }

        Attributes graph(String name, Net branch) {
            node.addAttribute(AttributeProto.newBuilder()
                    .setName(name)
                    .setType(AttributeProto.AttributeType.GRAPH)
                    .setG(branch.model().getGraph()));
            return this;
        }

        Attributes tensor(String name, TensorProto value) {
            node.addAttribute(AttributeProto.newBuilder()
                    .setName(name)
                    .setType(AttributeProto.AttributeType.TENSOR)
                    .setT(value));
            return this;
        }
    }
}
