package io.github.rewrite4j.samediff.graph.internal;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Vector-Jacobian products of a graph: the gradients of sum_i sum(seed_i * output_i) by some of its placeholders. Each one
 * runs the graph forward and backward; concurrent calls wait for each other, since a graph holds the arrays of its variables.
 */
public final class SessionGradient {
    private static final String SEED = ".seed";
    private static final String LOSS = "rewrite4j.seeded";

    private final Program forward;
    private final SameDiff graph;
    private final List<String> by;
    private final List<String> outputs;
    private final Set<String> placeholders;
    private final Map<String, INDArray> held = new HashMap<>();
    private boolean derived;

    /**
     * @param program computes the outputs
     * @param graph a copy of its graph that this may change
     * @param by placeholders that gradients are wanted by
     */
    private SessionGradient(Program program, SameDiff graph, Collection<String> by, Collection<String> outputs) {
        this.forward = program;
        this.graph = graph;
        this.by = List.copyOf(by);
        this.outputs = List.copyOf(outputs);
        this.placeholders = new LinkedHashSet<>(program.placeholdersOf(outputs));
        // Gradients stop at placeholders, so what they are wanted by becomes a variable.
        this.by.forEach(name -> {
            graph.getVariable(name).setVariableType(VariableType.VARIABLE);
            placeholders.remove(name);
        });
        List<SDVariable> sums = new ArrayList<>();
        for (String output : this.outputs) {
            SDVariable seed = graph.placeHolder(output + SEED, DataType.FLOAT);
            sums.add(graph.sum(graph.math.mul(graph.getVariable(output), seed)));
        }
        SDVariable loss = sums.get(0);
        for (SDVariable sum : sums.subList(1, sums.size())) {
            loss = loss.add(sum);
        }
        graph.setLossVariables(loss.rename(LOSS));
    }

    /** Of a program's graph, of which it takes a copy. */
    public static SessionGradient of(Program program, Collection<String> by, Collection<String> outputs) {
        return new SessionGradient(
                Program.bySession(program.graph()), program.graph().dup(), by, outputs);
    }

    /** The outputs. */
    public Map<String, INDArray> forward(Map<String, INDArray> feeds) {
        return forward.run(feeds, outputs);
    }

    /**
     * The gradients.
     *
     * @param feeds arrays for all placeholders, those included that gradients are wanted by
     * @param seeds one array for each output, of its shape
     */
    public synchronized Map<String, INDArray> backward(Map<String, INDArray> feeds, Map<String, INDArray> seeds) {
        Map<String, INDArray> all = new HashMap<>();
        placeholders.forEach(name -> all.put(name, Named.in(feeds, name)));
        seeds.forEach((name, seed) -> all.put(name + SEED, seed));
        by.forEach(name -> graph.setArrayForVariable(name, held(name, Named.in(feeds, name))));
        Map<String, INDArray> gradients = derived ? graph.calculateGradients(all, by) : derive(all);
        Map<String, INDArray> copies = new LinkedHashMap<>();
        by.forEach(name -> copies.put(name, Named.in(gradients, name)));
        return copies;
    }

    /** A copy that the graph can keep: it goes on reading the arrays of its variables when the caller's are closed. */
    private INDArray held(String name, INDArray fed) {
        INDArray before = held.get(name);
        if (before != null && Arrays.equals(before.shape(), fed.shape())) {
            return before.assign(fed);
        }
        INDArray copy = fed.dup('c');
        held.put(name, copy);
        return copy;
    }

    /**
     * The first call differentiates the graph. ND4J prints a line for each operation then, which is no business of the
     * user's terminal.
     */
    private Map<String, INDArray> derive(Map<String, INDArray> feeds) {
        synchronized (SessionGradient.class) {
            PrintStream terminal = System.out;
            System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
            try {
                Map<String, INDArray> gradients = graph.calculateGradients(feeds, by);
                derived = true;
                return gradients;
            } finally {
                System.setOut(terminal);
            }
        }
    }
}
