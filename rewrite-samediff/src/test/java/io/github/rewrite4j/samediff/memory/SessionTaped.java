package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.samediff.graph.internal.GraphCut;
import io.github.rewrite4j.samediff.graph.internal.GraphLayer;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.graph.internal.SessionGradient;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A cut of any SameDiff graph as two operations of a tape; each gradient runs its part of the graph once more. */
public final class SessionTaped implements TapedMemory {
    private final GraphCut cut;
    private final List<GraphLayer> layers;
    private final String output;
    private final Map<String, INDArray> weights;
    private final SessionGradient rule;
    private final SessionGradient decoder;

    private SessionTaped(GraphMemory memory) {
        this.cut = memory.cut();
        this.layers = memory.layers();
        this.output = memory.output();
        this.weights = memory.inForce();
        List<String> results = new ArrayList<>(List.of(cut.value()));
        results.addAll(cut.recomputed());
        List<String> trained =
                layers.stream().map(layer -> layer.layer().weight()).toList();
        this.rule = SessionGradient.of(cut.rule(), trained, results);
        this.decoder = SessionGradient.of(cut.decoder(), results, List.of(output));
    }

    /** Of a cut of a graph. */
    public static TapedMemory of(AssociativeMemory memory) {
        return new SessionTaped((GraphMemory) memory);
    }

    @Override
    public Taped values(Tape tape, Taped keys, Map<String, Node> nodes) {
        Map<String, INDArray> feeds = new HashMap<>(weights);
        Map<String, Node> trained = new LinkedHashMap<>();
        for (GraphLayer layer : layers) {
            String name = layer.layer().weight();
            Node weight = Named.in(nodes, name);
            trained.put(name, weight);
            feeds.put(name, tape.keep(layer.layout().fromCanonical(tape.keep(weight.toArray()))));
        }
        keys.side().forEach((name, node) -> feeds.put(name, tape.keep(node.toArray())));
        feeds.put(cut.key(), tape.keep(keys.tensor().toArray()));
        Map<String, INDArray> results = rule.forward(feeds);
        results.values().forEach(tape::keep);
        // The gradients of all results are needed at once, so one operation gives them all in one array.
        Joined joined = new Joined(results);
        boolean tracked = trained.values().stream().anyMatch(Node::tracked);
        Node all = tape.record(new int[] {joined.length()}, tracked, y -> rule.backward(
                        feeds, joined.split(tape, y.gradient()))
                .forEach((name, gradient) -> {
                    GraphLayer layer = layers.stream()
                            .filter(l -> l.layer().weight().equals(name))
                            .findFirst()
                            .orElseThrow();
                    add(Named.in(trained, name), tape.keep(layer.layout().toCanonical(gradient)));
                }));
        joined.fill(all.value());
        Map<String, Node> parts = joined.parts(tape, all);
        Map<String, Node> side = new LinkedHashMap<>();
        for (String name : cut.valueSide()) {
            Node node = name.equals(cut.key())
                    ? keys.tensor()
                    : parts.containsKey(name) ? parts.get(name) : keys.side().get(name);
            if (node != null) {
                side.put(name, node);
            }
        }
        return new Taped(Named.in(parts, cut.value()), side);
    }

    @Override
    public Node decode(Tape tape, Taped values) {
        Map<String, INDArray> feeds = new HashMap<>(weights);
        values.side().forEach((name, node) -> feeds.put(name, tape.keep(node.toArray())));
        feeds.put(cut.value(), tape.keep(values.tensor().toArray()));
        INDArray image = tape.keep(Named.in(decoder.forward(feeds), output));
        Map<String, Node> tracked = new LinkedHashMap<>();
        tracked.put(cut.value(), values.tensor());
        cut.recomputed().forEach(name -> tracked.put(name, values.side(name)));
        Node result =
                tape.record(HostArrays.shape(image), tracked.values().stream().anyMatch(Node::tracked), y -> {
                    INDArray seed =
                            tape.keep(Nd4j.createFromArray(y.gradient().clone()).reshape(image.shape()));
                    decoder.backward(feeds, Map.of(output, seed))
                            .forEach((name, gradient) -> add(Named.in(tracked, name), gradient));
                });
        System.arraycopy(HostArrays.of(image), 0, result.value(), 0, result.length());
        return result;
    }

    private static void add(Node node, INDArray gradient) {
        if (node.tracked()) {
            float[] from = HostArrays.of(gradient);
            float[] to = node.gradient();
            for (int i = 0; i < to.length; i++) {
                to[i] += from[i];
            }
        }
    }

    /** Several arrays end to end. */
    private record Joined(Map<String, INDArray> arrays) {
        int length() {
            return arrays.values().stream()
                    .mapToInt(array -> Math.toIntExact(array.length()))
                    .sum();
        }

        void fill(float[] to) {
            int at = 0;
            for (INDArray array : arrays.values()) {
                float[] from = HostArrays.of(array);
                System.arraycopy(from, 0, to, at, from.length);
                at += from.length;
            }
        }

        Map<String, INDArray> split(Tape tape, float[] gradient) {
            Map<String, INDArray> parts = new LinkedHashMap<>();
            int at = 0;
            for (Map.Entry<String, INDArray> entry : arrays.entrySet()) {
                int length = Math.toIntExact(entry.getValue().length());
                parts.put(
                        entry.getKey(),
                        tape.keep(Nd4j.createFromArray(Arrays.copyOfRange(gradient, at, at + length))
                                .reshape(entry.getValue().shape())));
                at += length;
            }
            return parts;
        }

        Map<String, Node> parts(Tape tape, Node all) {
            Map<String, Node> parts = new LinkedHashMap<>();
            int at = 0;
            for (Map.Entry<String, INDArray> entry : arrays.entrySet()) {
                int from = at;
                int length = Math.toIntExact(entry.getValue().length());
                Node part = tape.record(HostArrays.shape(entry.getValue()), all.tracked(), y -> {
                    for (int i = 0; i < length; i++) {
                        all.gradient()[from + i] += y.gradient()[i];
                    }
                });
                System.arraycopy(all.value(), from, part.value(), 0, length);
                parts.put(entry.getKey(), part);
                at += length;
            }
            return parts;
        }
    }
}
