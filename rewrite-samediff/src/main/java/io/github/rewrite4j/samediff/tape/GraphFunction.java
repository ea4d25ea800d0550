package io.github.rewrite4j.samediff.tape;

import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.engine.plan.GraphEngine;
import io.github.rewrite4j.samediff.engine.plan.Plan;
import io.github.rewrite4j.samediff.engine.plan.Request;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A SameDiff graph as an operation of tapes: nodes are fed by the names of placeholders, and gradients flow from its outputs
 * to those of them that are tracked. Weights that are trained are fed; what is frozen can be constants of the graph. Safe to
 * share between threads, each with a tape of its own.
 */
public final class GraphFunction implements AutoCloseable {
    private final String name;
    private final GraphEngine engine;

    private GraphFunction(String name, GraphEngine engine) {
        this.name = name;
        this.engine = engine;
    }

    /**
     * The function of a graph.
     *
     * @param name what messages call it
     */
    public static GraphFunction of(String name, SameDiff graph) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(graph, "graph");
        return new GraphFunction(name, new GraphEngine(graph));
    }

    /** One output. */
    public Node apply(Tape tape, Map<String, Node> feeds, String output) {
        Objects.requireNonNull(tape, "tape");
        Objects.requireNonNull(feeds, "feeds");
        Objects.requireNonNull(output, "output");
        Node made = apply(tape, feeds, List.of(output)).get(output);
        if (made == null) {
            throw new IllegalStateException(name + " has no output '" + output + "'.");
        }
        return made;
    }

    /**
     * Several outputs at once.
     *
     * @param feeds every placeholder behind the outputs, and nothing else
     * @return a node for each output, in their order
     * @throws io.github.rewrite4j.RewriteException naming an operation that gradients cannot pass
     */
    public Map<String, Node> apply(Tape tape, Map<String, Node> feeds, List<String> outputs) {
        Objects.requireNonNull(tape, "tape");
        Objects.requireNonNull(feeds, "feeds");
        Objects.requireNonNull(outputs, "outputs");
        ComputeThreads.inThisThread();
        Map<String, List<Integer>> sizes = new LinkedHashMap<>();
        Set<String> channelsLast = new HashSet<>(outputs);
        Set<String> slopes = new HashSet<>();
        feeds.forEach((feed, node) -> {
            sizes.put(feed, Arrays.stream(node.shape()).boxed().toList());
            if (node.channelsLast()) {
                channelsLast.add(feed);
            }
            if (node.tracked()) {
                slopes.add(feed);
            }
        });
        Plan plan = engine.plan(new Request(outputs, sizes, channelsLast, slopes));
        tape.whenCleared(() -> engine.giveBack(plan));
        feeds.forEach(
                (feed, node) -> System.arraycopy(node.value(), 0, plan.feed(feed, node.length()), 0, node.length()));
        plan.forward();
        // The gradients of all outputs are needed at once: this comes after them when the tape runs backwards.
        Node all = tape.record(new int[] {1}, !slopes.isEmpty(), y -> {
            plan.backward();
            feeds.forEach((feed, node) -> {
                if (slopes.contains(feed)) {
                    add(plan.gradient(feed), node);
                }
            });
        });
        Map<String, Node> made = new LinkedHashMap<>();
        for (String output : outputs) {
            boolean tracked = !slopes.isEmpty() && plan.isTracked(output);
            Layout layout = plan.isChannelsLast(output) ? Layout.CHANNELS_LAST : Layout.CHANNELS_FIRST;
            Node node = tape.record(plan.shape(output), layout, tracked, y -> {
                float[] seed = plan.seed(output);
                float[] gradient = y.gradient();
                for (int i = 0; i < y.length(); i++) {
                    seed[i] += gradient[i];
                }
                all.gradient();
            });
            System.arraycopy(plan.result(output), 0, node.value(), 0, node.length());
            made.put(output, node);
        }
        return made;
    }

    private static void add(float[] gradient, Node to) {
        float[] sum = to.gradient();
        for (int i = 0; i < to.length(); i++) {
            sum[i] += gradient[i];
        }
    }

    @Override
    public void close() {
        engine.close();
    }

    @Override
    public String toString() {
        return name;
    }
}
