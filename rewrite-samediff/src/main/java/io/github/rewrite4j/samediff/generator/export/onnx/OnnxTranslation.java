package io.github.rewrite4j.samediff.generator.export.onnx;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.generator.internal.GraphDefinition;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.graph.internal.Program;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseTransformOp;
import org.nd4j.linalg.api.ops.ScalarOp;
import org.nd4j.linalg.api.ops.impl.shape.Reshape;
import org.nd4j.linalg.api.ops.impl.transforms.BaseDynamicTransformOp;

/** Walks a graph from its output to its inputs and writes each operation on the way back. */
final class OnnxTranslation {
    private final GraphDefinition definition;
    private final SameDiff graph;
    private final OnnxNodes nodes;
    private final Program program;
    private final Map<String, SameDiffOp> makers = new HashMap<>();
    private final Map<String, INDArray> known = new LinkedHashMap<>();
    private final Map<String, String> named = new HashMap<>();
    private final Map<String, Boolean> varying = new HashMap<>();

    OnnxTranslation(GraphDefinition definition, OnnxNodes nodes) {
        this.definition = definition;
        this.graph = definition.graph();
        this.nodes = nodes;
        this.program = new Program(graph);
        graph.getOps().values().forEach(op -> op.getOutputsOfOp().forEach(output -> makers.put(output, op)));
        graph.variables().forEach(variable -> nodes.reserve(variable.name()));
    }

    /**
     * Writes everything that the output needs.
     *
     * @throws RewriteException naming all operations that have no translation
     */
    void write() {
        List<SameDiffOp> order = order();
        Set<String> missing = new TreeSet<>();
        for (SameDiffOp op : order) {
            if (!OnnxOperators.knows(op.getOp())) {
                missing.add(op.getOp().opName() + " (which makes '"
                        + op.getOutputsOfOp().get(0) + "')");
            }
        }
        if (!missing.isEmpty()) {
            throw new RewriteException("The generator cannot be written as ONNX, since these operations have no"
                    + " translation: " + String.join(", ", missing)
                    + ". Write a state dict instead, and export it where it came from.");
        }
        computeKnown(order);
        for (SameDiffOp op : order) {
            OnnxOperators.write(new OnnxOperators.Call(op, this, nodes));
        }
    }

    /** The operations that depend on inputs, each after those that it reads. */
    private List<SameDiffOp> order() {
        Set<SameDiffOp> ordered = new LinkedHashSet<>();
        Set<SameDiffOp> opened = new HashSet<>();
        Deque<SameDiffOp> open = new ArrayDeque<>();
        open.push(Objects.requireNonNull(makers.get(definition.output()), "the output is computed"));
        while (!open.isEmpty()) {
            SameDiffOp op = open.peek();
            if (opened.add(op)) {
                for (String input : inputs(op)) {
                    SameDiffOp maker = makers.get(input);
                    if (maker != null && varies(input) && !ordered.contains(maker)) {
                        open.push(maker);
                    }
                }
            } else {
                open.pop();
                ordered.add(op);
            }
        }
        return new ArrayList<>(ordered);
    }

    static List<String> inputs(SameDiffOp op) {
        return op.getInputsToOp() == null ? List.of() : op.getInputsToOp();
    }

    /** Whether a variable depends on an input of the generator. */
    boolean varies(String variable) {
        Boolean before = varying.get(variable);
        if (before == null) {
            before = program.placeholdersOf(List.of(variable)).stream()
                    .anyMatch(placeholder -> !definition.weights().containsKey(placeholder));
            varying.put(variable, before);
        }
        return before;
    }

    private void computeKnown(List<SameDiffOp> order) {
        Set<String> wanted = new LinkedHashSet<>();
        order.forEach(op -> inputs(op).stream().filter(input -> !varies(input)).forEach(wanted::add));
        if (!wanted.isEmpty()) {
            known.putAll(program.run(definition.weights(), wanted));
        }
    }

    /** Axes of a variable: what the graph says, or what follows from how it is made of others. */
    OptionalInt rank(String variable) {
        long[] shape = variable(variable).getShape();
        if (shape != null) {
            return OptionalInt.of(shape.length);
        }
        if (!varies(variable)) {
            return OptionalInt.of(known(variable).rank());
        }
        SameDiffOp maker = makers.get(variable);
        if (maker == null) {
            return OptionalInt.empty();
        }
        if (maker.getOp() instanceof Reshape reshape && reshape.iArgs().length > 1) {
            // A code for the order comes first.
            return OptionalInt.of(reshape.iArgs().length - (reshape.iArgs()[0] == -99 ? 1 : 0));
        }
        if (maker.getOp() instanceof ScalarOp
                || maker.getOp() instanceof BaseDynamicTransformOp
                || maker.getOp() instanceof BaseTransformOp) {
            return inputs(maker).stream()
                    .map(this::rank)
                    .flatMapToInt(OptionalInt::stream)
                    .max();
        }
        return OptionalInt.empty();
    }

    /** What a variable that no input changes holds. */
    INDArray known(String variable) {
        return Named.in(known, variable);
    }

    /** The name of a variable in the network; what no input changes becomes an initialiser when first asked for. */
    String value(String variable) {
        if (varies(variable)) {
            return variable;
        }
        return named.computeIfAbsent(variable, name -> nodes.array(name + ".value", known(name)));
    }

    /** A variable of the graph, for its shape. */
    SDVariable variable(String name) {
        return graph.getVariable(name);
    }
}
