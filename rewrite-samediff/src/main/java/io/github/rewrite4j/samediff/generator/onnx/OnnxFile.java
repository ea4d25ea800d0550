package io.github.rewrite4j.samediff.generator.onnx;

import io.github.rewrite4j.io.FileFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.protobuf.CodedInputStream;

/**
 * What an ONNX file says, checked for being a graph at all: every name made once and before it is used, every initialiser as
 * large as its shape, external data inside the folder. Nothing is built yet, and numbers are decoded when they are asked for.
 */
final class OnnxFile {
    /** Opsets that this reader was written against. */
    private static final int OLDEST = 7;

    private static final int NEWEST = 22;

    private static final Set<Integer> REALS = Set.of(
            TensorProto.DataType.FLOAT_VALUE,
            TensorProto.DataType.FLOAT16_VALUE,
            TensorProto.DataType.BFLOAT16_VALUE,
            TensorProto.DataType.DOUBLE_VALUE);

    private final String name;
    private final GraphProto graph;
    private final int opset;
    private final Map<String, String> properties = new HashMap<>();
    private final OnnxTensors tensors;
    private final Map<String, TensorProto> initialisers = new LinkedHashMap<>();
    private final List<OnnxNode> nodes = new ArrayList<>();
    private final List<ValueInfoProto> inputs = new ArrayList<>();

    private OnnxFile(String name, ModelProto model, @Nullable Path folder) {
        this.name = name;
        this.graph = model.getGraph();
        this.opset = opset(model);
        model.getMetadataPropsList().forEach(property -> properties.put(property.getKey(), property.getValue()));
        this.tensors = new OnnxTensors(folder);
        for (TensorProto tensor : graph.getInitializerList()) {
            if (initialisers.put(tensor.getName(), tensor) != null) {
                throw damaged("has two initialisers of the name '" + shown(tensor.getName()) + "'.");
            }
        }
        if (graph.getSparseInitializerCount() > 0) {
            throw damaged(
                    "holds sparse initialisers, which this library does not read. Export the network with dense ones.");
        }
        for (ValueInfoProto input : graph.getInputList()) {
            if (!initialisers.containsKey(input.getName())) {
                inputs.add(input);
            }
        }
        requireOrder(LocalFunctions.expanded(model, opset));
    }

    /**
     * Reads a file.
     *
     * @throws FileFormatException if it is no ONNX file, is damaged, or is of an opset outside 7 to 22
     */
    static OnnxFile read(Path path) throws IOException {
        long size = Files.size(path);
        if (size > Integer.MAX_VALUE - 16) {
            throw broken(
                    String.valueOf(path.getFileName()),
                    "it has " + size
                            + " bytes, but an ONNX file ends at 2 GiB; larger networks keep their weights as external"
                            + " data.");
        }
        return parse(
                Files.readAllBytes(path),
                String.valueOf(path.getFileName()),
                path.toAbsolutePath().getParent());
    }

    /** As {@link #read}, of bytes; external data lie in the folder, if any. */
    static OnnxFile parse(byte[] bytes, String name, @Nullable Path folder) throws IOException {
        ModelProto model;
        try {
            CodedInputStream stream = CodedInputStream.newInstance(bytes);
            stream.setRecursionLimit(32);
            model = ModelProto.parseFrom(stream);
        } catch (IOException | RuntimeException failure) {
            throw broken(
                    name, "this is no ONNX file, or it is damaged: " + shown(String.valueOf(failure.getMessage())));
        }
        if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
            throw broken(name, "it holds no ONNX graph.");
        }
        try {
            return new OnnxFile(name, model, folder);
        } catch (OnnxException failure) {
            throw broken(name, String.valueOf(failure.getMessage()));
        }
    }

    private static FileFormatException broken(String name, String problem) {
        return new FileFormatException(name, "ONNX", problem);
    }

    private int opset(ModelProto model) {
        for (OperatorSetIdProto set : model.getOpsetImportList()) {
            if (set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx")) {
                if (set.getVersion() < OLDEST || set.getVersion() > NEWEST) {
                    throw damaged("is of opset " + set.getVersion() + ", but this library reads " + OLDEST + " to "
                            + NEWEST + ". Convert it, for example by onnx.version_converter.");
                }
                return (int) set.getVersion();
            }
        }
        throw damaged("names no operator set.");
    }

    private void requireOrder(List<NodeProto> all) {
        Set<String> made = new HashSet<>(initialisers.keySet());
        made.add("");
        inputs.forEach(input -> {
            if (!made.add(input.getName())) {
                throw damaged("has two inputs of the name '" + shown(input.getName()) + "'.");
            }
        });
        Set<String> later = new HashSet<>();
        all.forEach(node -> later.addAll(node.getOutputList()));
        int number = 0;
        for (NodeProto node : all) {
            OnnxNode wrapped = new OnnxNode(node, number++, tensors);
            for (String input : wrapped.reads()) {
                if (!made.contains(input)) {
                    throw damaged("has the node " + shown(wrapped.describe()) + " read '" + shown(input) + "', which "
                            + (later.contains(input)
                                    ? "is made by a later node: the graph is cyclic or out of order."
                                    : "nothing makes: an initialiser is missing."));
                }
            }
            for (String output : node.getOutputList()) {
                if (!output.isEmpty() && !made.add(output)) {
                    throw damaged("makes '" + shown(output) + "' twice.");
                }
            }
            Optional<TensorProto> weight = weightOf(node);
            if (weight.isPresent()) {
                initialisers.put(node.getOutput(0), weight.get());
            } else {
                nodes.add(wrapped);
            }
        }
        for (ValueInfoProto output : graph.getOutputList()) {
            if (!made.contains(output.getName())) {
                throw damaged("promises the output '" + shown(output.getName()) + "', which no node makes.");
            }
        }
        if (graph.getOutputCount() == 0) {
            throw damaged("has no output.");
        }
    }

    /** The tensor of a node that is nothing but a weight, as some exporters write all of them: an initialiser like any other. */
    static Optional<TensorProto> weightOf(NodeProto node) {
        if (!node.getOpType().equals("Constant")
                || !node.getDomain().isEmpty()
                || node.getInputCount() > 0
                || node.getOutputCount() != 1) {
            return Optional.empty();
        }
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals("value") && attribute.hasT())
                .map(AttributeProto::getT)
                .filter(tensor -> tensor.getDimsCount() >= 2 && REALS.contains(tensor.getDataType()))
                .findFirst();
    }

    private static OnnxException damaged(String what) {
        return new OnnxException("the file " + what);
    }

    /** Text of a file for a message: short and without control characters. */
    static String shown(String text) {
        String plain = text.codePoints()
                .limit(120)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return plain.length() < text.length() ? plain + "..." : plain;
    }

    String name() {
        return name;
    }

    int opset() {
        return opset;
    }

    /** What the writer noted about the network. */
    Optional<String> property(String key) {
        return Optional.ofNullable(properties.get(key));
    }

    List<OnnxNode> nodes() {
        return nodes;
    }

    /** Inputs that are no initialisers, in file order. */
    List<ValueInfoProto> inputs() {
        return inputs;
    }

    List<ValueInfoProto> outputs() {
        return graph.getOutputList();
    }

    boolean isInitialiser(String value) {
        return initialisers.containsKey(value);
    }

    Set<String> initialisers() {
        return initialisers.keySet();
    }

    /** Numbers of all initialisers, as far as the file says. */
    long numbers() {
        double all = 0;
        for (TensorProto tensor : initialisers.values()) {
            double count = 1;
            for (long size : tensor.getDimsList()) {
                count *= Math.max(0, size);
            }
            all += Math.min(count, Constant.MOST);
        }
        return (long) Math.min(all, 1L << 40);
    }

    /** Numbers of an initialiser that are weights: those that are not whole. */
    long weights(String value) {
        TensorProto tensor = initialisers.get(value);
        if (tensor == null || !REALS.contains(tensor.getDataType())) {
            return 0;
        }
        double count =
                tensor.getDimsList().stream().mapToDouble(Long::doubleValue).reduce(1, (a, b) -> a * b);
        return (long) Math.max(0, Math.min(1L << 40, count));
    }

    /** Declarations of values between inputs and outputs, where the exporter wrote them down. */
    List<ValueInfoProto> inner() {
        return graph.getValueInfoList();
    }

    /** Whether a tensor of the file is of 8 bits with a sign. */
    boolean isSigned(String value) {
        TensorProto tensor = initialisers.get(value);
        if (tensor == null) {
            tensor = nodes.stream()
                    .filter(node -> node.outputs().contains(value))
                    .findFirst()
                    .flatMap(OnnxNode::constant)
                    .orElseThrow(() -> new OnnxException("the type of '" + shown(value) + "' is not known."));
        }
        return tensor.getDataType() == TensorProto.DataType.INT8_VALUE;
    }

    Constant initialiser(String value) {
        TensorProto tensor = initialisers.get(value);
        if (tensor == null) {
            throw new OnnxException("there is no initialiser '" + shown(value) + "'.");
        }
        try {
            return tensors.read(tensor);
        } catch (OnnxException failure) {
            throw new OnnxException("The tensor '" + shown(value) + "' cannot be read: " + failure.getMessage());
        }
    }

    /** The nodes that an output needs, in order. */
    List<OnnxNode> behind(String output) {
        Map<String, OnnxNode> makers = new LinkedHashMap<>();
        nodes.forEach(node -> node.outputs().forEach(made -> makers.put(made, node)));
        Set<OnnxNode> needed = new LinkedHashSet<>();
        List<String> open = new ArrayList<>(List.of(output));
        while (!open.isEmpty()) {
            OnnxNode maker = makers.get(open.remove(open.size() - 1));
            if (maker != null && needed.add(maker)) {
                open.addAll(maker.reads());
            }
        }
        return nodes.stream().filter(needed::contains).toList();
    }

    /** Sizes that an input or output is declared with; 0 where a size is free. */
    static long[] declared(ValueInfoProto value) {
        TypeProto type = value.getType();
        if (!type.hasTensorType() || !type.getTensorType().hasShape()) {
            return new long[0];
        }
        return type.getTensorType().getShape().getDimList().stream()
                .mapToLong(dimension -> dimension.hasDimValue() ? Math.max(0, dimension.getDimValue()) : 0)
                .toArray();
    }
}
