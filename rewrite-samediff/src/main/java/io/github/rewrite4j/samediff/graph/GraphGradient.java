package io.github.rewrite4j.samediff.graph;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Vector-Jacobian products of a graph: the gradients of sum_i sum(seed_i * output_i) by some of its placeholders. Each one
 * runs the graph forward and backward. Not for concurrent use.
 */
public final class GraphGradient {
    private static final String SEED = ".seed";
    private static final String LOSS = "rewrite4j.seeded";

    /** ND4J's name of the derived graph. */
    private static final String DERIVED = "grad";

    private final Program forward;
    private final SameDiff graph;
    private final List<String> by;
    private final List<String> outputs;
    private final Set<String> placeholders;

    /**
     * @param program computes the outputs
     * @param graph a copy of its graph that this may change
     * @param by placeholders that gradients are wanted by
     */
    GraphGradient(Program program, SameDiff graph, Collection<String> by, Collection<String> outputs) {
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
        derive();
    }

    /** ND4J prints a line for each operation that it differentiates, which is no business of the user's terminal. */
    private void derive() {
        synchronized (GraphGradient.class) {
            PrintStream terminal = System.out;
            System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
            try {
                graph.createGradFunction(by.toArray(String[]::new));
            } finally {
                System.setOut(terminal);
            }
        }
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
    public Map<String, INDArray> backward(Map<String, INDArray> feeds, Map<String, INDArray> seeds) {
        Map<String, INDArray> all = new HashMap<>();
        placeholders.forEach(name -> all.put(name, Named.in(feeds, name)));
        seeds.forEach((name, seed) -> all.put(name + SEED, seed));
        // The derived graph has variables of its own, which do not always follow those of the graph.
        SameDiff derived = Objects.requireNonNull(graph.getFunction(DERIVED), "derived in the constructor");
        by.forEach(name -> {
            INDArray array = Named.in(feeds, name);
            graph.setArrayForVariable(name, array);
            derived.setArrayForVariable(name, array);
        });
        Map<String, INDArray> gradients = graph.calculateGradients(all, by);
        Map<String, INDArray> copies = new LinkedHashMap<>();
        by.forEach(name -> copies.put(name, Named.in(gradients, name)));
        return copies;
    }
}
