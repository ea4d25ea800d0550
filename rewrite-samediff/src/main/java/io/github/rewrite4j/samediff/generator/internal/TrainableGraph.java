package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.samediff.graph.internal.GraphLayer;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.graph.internal.Program;
import io.github.rewrite4j.samediff.memory.PlanNode;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** A network whose weights are all inputs, as an operation of tapes. Nodes of weights are canonical, as their files hold them. */
public final class TrainableGraph {
    private final Program program;
    private final Map<String, GraphWeights.Form> forms;
    private final List<GraphLayer> layers;

    /**
     * @param weights that are inputs of the graph
     * @param editable convolutions of the graph, whose weights are inputs anyway
     */
    public TrainableGraph(MapGraph graph, GraphWeights weights, EditableConvolutions editable) {
        Objects.requireNonNull(graph, "graph");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(editable, "editable");
        this.program = new Program(graph.graph());
        this.forms = weights.forms();
        this.layers = editable.layers();
    }

    /**
     * One output.
     *
     * @param inputs by name
     * @param weights by the names that the file has for them
     */
    public Node run(Tape tape, Map<String, Node> inputs, Function<String, Node> weights, String output) {
        Objects.requireNonNull(output, "output");
        return Named.in(run(tape, inputs, weights, List.of(output)), output);
    }

    /** As {@link #run(Tape, Map, Function, String)}, of several outputs. */
    public Map<String, Node> run(
            Tape tape, Map<String, Node> inputs, Function<String, Node> weights, List<String> outputs) {
        Objects.requireNonNull(tape, "tape");
        Objects.requireNonNull(inputs, "inputs");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(outputs, "outputs");
        Set<String> read = program.placeholdersOf(outputs);
        PlanNode plan = PlanNode.ofPictures(program.engine(), outputs);
        inputs.forEach(plan::read);
        forms.forEach((name, form) -> {
            if (read.contains(name)) {
                Node weight = weights.apply(name);
                if (form.layout() == null) {
                    plan.read(name, tape.reshape(weight, form.shape()));
                } else {
                    plan.readWeight(name, canonical(tape, weight), form.layout());
                }
            }
        });
        for (GraphLayer layer : layers) {
            String name = layer.layer().weight();
            if (read.contains(name)) {
                plan.readWeight(name, weights.apply(name), layer.layout());
            }
        }
        plan.keepOnly(read);
        return plan.run(tape);
    }

    /** A matrix is a kernel of one tap. */
    private static Node canonical(Tape tape, Node weight) {
        return weight.rank() == 4 ? weight : tape.reshape(weight, weight.size(0), weight.rowLength(), 1, 1);
    }
}
