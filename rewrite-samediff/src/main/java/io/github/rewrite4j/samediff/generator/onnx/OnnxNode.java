package io.github.rewrite4j.samediff.generator.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.ValueInfoProto;

/** One operation of the file, with its attributes by name. */
final class OnnxNode {
    private final NodeProto node;
    private final int number;
    private final Map<String, AttributeProto> attributes = new HashMap<>();
    private final OnnxTensors tensors;

    OnnxNode(NodeProto node, int number, OnnxTensors tensors) {
        this.node = node;
        this.number = number;
        this.tensors = tensors;
        node.getAttributeList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
    }

    String operator() {
        String domain = node.getDomain();
        return domain.isEmpty() || domain.equals("ai.onnx") ? node.getOpType() : domain + "." + node.getOpType();
    }

    /** For messages: the operator, its name if it has one, and what it makes. */
    String describe() {
        return operator() + " '" + (node.getName().isEmpty() ? "number " + number : node.getName()) + "' (which makes "
                + String.join(", ", node.getOutputList()) + ")";
    }

    /** What names of operations begin with that it becomes. */
    String scope() {
        return "n" + number;
    }

    List<String> inputs() {
        return node.getInputList();
    }

    /** What it needs: its inputs, and what the branches of an If take from the graph around them. */
    List<String> reads() {
        if (attributes.values().stream().noneMatch(AttributeProto::hasG)) {
            return inputs();
        }
        List<String> all = new ArrayList<>(inputs());
        attributes.values().stream()
                .filter(AttributeProto::hasG)
                .forEach(attribute -> captured(attribute.getG(), new HashSet<>(), all));
        return all;
    }

    private static void captured(GraphProto graph, Set<String> outside, List<String> all) {
        Set<String> own = new HashSet<>(outside);
        graph.getInputList().forEach(input -> own.add(input.getName()));
        graph.getInitializerList().forEach(tensor -> own.add(tensor.getName()));
        for (NodeProto each : graph.getNodeList()) {
            each.getInputList().stream()
                    .filter(name -> !name.isEmpty() && !own.contains(name))
                    .forEach(all::add);
            each.getAttributeList().stream()
                    .filter(AttributeProto::hasG)
                    .forEach(attribute -> captured(attribute.getG(), own, all));
            own.addAll(each.getOutputList());
        }
        graph.getOutputList().stream()
                .map(ValueInfoProto::getName)
                .filter(name -> !own.contains(name))
                .forEach(all::add);
    }

    /** A graph inside the node. */
    Optional<GraphProto> branch(String name) {
        return Optional.ofNullable(attributes.get(name))
                .filter(AttributeProto::hasG)
                .map(AttributeProto::getG);
    }

    /** Reads the tensors of a graph inside the node. */
    OnnxTensors tensors() {
        return tensors;
    }

    List<String> outputs() {
        return node.getOutputList();
    }

    boolean has(String attribute) {
        return attributes.containsKey(attribute);
    }

    long whole(String name, long otherwise) {
        AttributeProto attribute = attributes.get(name);
        return attribute == null ? otherwise : attribute.getI();
    }

    int axis(String name, long otherwise, int rank) {
        return axis(whole(name, otherwise), rank);
    }

    /** An axis counted from the front. */
    static int axis(long axis, int rank) {
        long counted = axis < 0 ? axis + rank : axis;
        if (counted < 0 || counted >= rank) {
            throw new OnnxException(
                    "its axis " + axis + " does not exist, since its input has " + rank + " dimensions.");
        }
        return (int) counted;
    }

    float real(String name, double otherwise) {
        AttributeProto attribute = attributes.get(name);
        return attribute == null ? (float) otherwise : attribute.getF();
    }

    String text(String name, String otherwise) {
        AttributeProto attribute = attributes.get(name);
        return attribute == null ? otherwise : attribute.getS().toStringUtf8();
    }

    Optional<long[]> wholes(String name) {
        return Optional.ofNullable(attributes.get(name)).map(attribute -> attribute.getIntsList().stream()
                .mapToLong(Long::longValue)
                .toArray());
    }

    Optional<float[]> reals(String name) {
        return Optional.ofNullable(attributes.get(name)).map(attribute -> {
            float[] values = new float[attribute.getFloatsCount()];
            for (int i = 0; i < values.length; i++) {
                values[i] = attribute.getFloats(i);
            }
            return values;
        });
    }

    /** The tensor of a Constant as it lies in the file. */
    Optional<TensorProto> constant() {
        return Optional.ofNullable(attributes.get("value"))
                .filter(AttributeProto::hasT)
                .map(AttributeProto::getT);
    }

    Optional<Constant> tensor(String name) {
        return Optional.ofNullable(attributes.get(name))
                .filter(AttributeProto::hasT)
                .map(attribute -> tensors.read(attribute.getT()));
    }
}
