package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.samediff.engine.plan.GraphEngine;
import io.github.rewrite4j.samediff.engine.plan.Plan;
import io.github.rewrite4j.samediff.engine.plan.Request;
import io.github.rewrite4j.samediff.graph.internal.WeightLayout;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A plan as one operation of a tape: it reads nodes and arrays, and gives a node for each of its outputs. */
public final class PlanNode {
    private final GraphEngine engine;
    private final List<String> outputs;
    private final boolean maps;
    private final Map<String, Operand> operands = new LinkedHashMap<>();
    private final Map<String, INDArray> fixed = new LinkedHashMap<>();

    /**
     * A node that is read.
     *
     * @param layout of a weight in the graph, whose node is canonical; null for what lies as the node does
     */
    private record Operand(Node node, @Nullable WeightLayout layout) {
        int[] shape() {
            int[] s = node.shape();
            return layout == null
                    ? s
                    : switch (layout) {
                        case YXIO -> new int[] {s[2], s[3], s[1], s[0]};
                        case YXOI -> new int[] {s[2], s[3], s[0], s[1]};
                        case OIYX -> s;
                        case OYXI -> new int[] {s[0], s[2], s[3], s[1]};
                        case IO -> new int[] {s[1], s[0]};
                        case OI -> new int[] {s[0], s[1]};
                    };
        }

        boolean channelsLast() {
            return layout == null && node.rank() == 4 && node.layout() == Layout.CHANNELS_LAST;
        }

        void fill(float[] to) {
            float[] from = node.value();
            if (layout == null) {
                System.arraycopy(from, 0, to, 0, node.length());
            } else {
                layout.store(from, to, node.shape());
            }
        }

        void add(float[] gradient) {
            float[] to = node.gradient();
            if (layout == null) {
                int length = node.length();
                for (int i = 0; i < length; i++) {
                    to[i] += gradient[i];
                }
            } else {
                layout.addCanonical(gradient, to, node.shape());
            }
        }
    }

    /**
     * Of an engine.
     *
     * @param outputs variables that become nodes
     */
    public PlanNode(GraphEngine engine, List<String> outputs) {
        this(Objects.requireNonNull(engine, "engine"), Objects.requireNonNull(outputs, "outputs"), true);
    }

    /** With outputs that have their channels first, as pictures have. */
    public static PlanNode ofPictures(GraphEngine engine, List<String> outputs) {
        Objects.requireNonNull(engine, "engine");
        Objects.requireNonNull(outputs, "outputs");
        return new PlanNode(engine, outputs, false);
    }

    /** @param maps whether outputs may have their channels last */
    PlanNode(GraphEngine engine, List<String> outputs, boolean maps) {
        this.engine = engine;
        this.outputs = outputs;
        this.maps = maps;
    }

    /** Feeds a node. */
    public void read(String name, Node node) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(node, "node");
        operands.put(name, new Operand(node, null));
    }

    /** Feeds a weight whose node is canonical. */
    public void readWeight(String name, Node node, WeightLayout layout) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(layout, "layout");
        operands.put(name, new Operand(node, layout));
    }

    /** Feeds those of these arrays that are read and not fed as nodes. */
    public void readFixed(Map<String, INDArray> arrays, Set<String> read) {
        Objects.requireNonNull(arrays, "arrays");
        Objects.requireNonNull(read, "read");
        arrays.forEach((name, array) -> {
            if (read.contains(name) && !operands.containsKey(name)) {
                fixed.put(name, array);
            }
        });
    }

    /** Forgets nodes that the plan does not read. */
    public void keepOnly(Set<String> read) {
        Objects.requireNonNull(read, "read");
        operands.keySet().retainAll(read);
    }

    /** The outputs; the plan is this tape's until it is cleared. */
    public Map<String, Node> run(Tape tape) {
        Objects.requireNonNull(tape, "tape");
        Map<String, List<Integer>> sizes = new LinkedHashMap<>();
        Set<String> channelsLast = new HashSet<>(maps ? outputs : List.of());
        Set<String> slopes = new HashSet<>();
        operands.forEach((name, operand) -> {
            sizes.put(name, Arrays.stream(operand.shape()).boxed().toList());
            if (operand.channelsLast()) {
                channelsLast.add(name);
            }
            if (operand.node().tracked()) {
                slopes.add(name);
            }
        });
        fixed.forEach((name, array) -> sizes.put(
                name, Arrays.stream(array.shape()).mapToObj(Math::toIntExact).toList()));
        Plan plan = engine.plan(new Request(outputs, sizes, channelsLast, slopes));
        tape.whenCleared(() -> engine.giveBack(plan));
        operands.forEach(
                (name, operand) -> operand.fill(plan.feed(name, operand.node().length())));
        fixed.forEach(plan::feed);
        plan.forward();
        return nodes(tape, plan, slopes);
    }

    private Map<String, Node> nodes(Tape tape, Plan plan, Set<String> slopes) {
        // The gradients of all outputs are needed at once: this comes after them when the tape runs backwards.
        Node all = tape.record(new int[] {1}, !slopes.isEmpty(), y -> {
            plan.backward();
            operands.forEach((name, operand) -> {
                if (slopes.contains(name)) {
                    operand.add(plan.gradient(name));
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
                int length = y.length();
                for (int i = 0; i < length; i++) {
                    seed[i] += gradient[i];
                }
                all.gradient();
            });
            System.arraycopy(plan.result(output), 0, node.value(), 0, node.length());
            made.put(output, node);
        }
        return made;
    }
}
