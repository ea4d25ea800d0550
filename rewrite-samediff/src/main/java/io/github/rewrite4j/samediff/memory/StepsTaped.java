package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Trainable;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Steps on arrays, as memories of others offer them, on a tape: one operation for the rule and one for the decoder. */
final class StepsTaped implements TapedMemory {
    private final Trainable steps;

    StepsTaped(Trainable steps) {
        this.steps = steps;
    }

    @Override
    public Taped values(Tape tape, Taped keys, Map<String, Node> weights) {
        TreeMap<String, INDArray> arrays = new TreeMap<>();
        weights.forEach((name, node) -> arrays.put(name, tape.keep(node.toArray())));
        Trainable.RuleStep step =
                steps.rule(new Keys(tape.keep(keys.tensor().toArray()), arrays(tape, keys.side())), arrays);
        Values answer = step.values();
        boolean tracked = weights.values().stream().anyMatch(Node::tracked);
        Map<String, Node> side = new LinkedHashMap<>();
        Map<String, Node> results = new LinkedHashMap<>();
        Node collector = collector(tape, step, results, weights, tracked);
        Node tensor = result(tape, answer.tensor(), collector);
        results.put("", tensor);
        answer.side().forEach((name, array) -> {
            Node given = keys.side().get(name);
            boolean passed = given != null && given.length() == array.length();
            Node node = passed ? given : result(tape, array, collector);
            side.put(name, node);
            if (!passed) {
                results.put(name, node);
            }
        });
        return new Taped(tensor, side);
    }

    private static SortedMap<String, INDArray> arrays(Tape tape, Map<String, Node> nodes) {
        TreeMap<String, INDArray> arrays = new TreeMap<>();
        nodes.forEach((name, node) -> arrays.put(name, tape.keep(node.toArray())));
        return arrays;
    }

    /**
     * The operation that asks for all gradients at once. It is recorded before the results, so it goes backwards after them,
     * when their seeds are complete.
     */
    private static Node collector(
            Tape tape, Trainable.RuleStep step, Map<String, Node> results, Map<String, Node> weights, boolean tracked) {
        Node collector = tape.record(new int[] {1}, tracked, ignored -> {
            TreeMap<String, INDArray> seeds = new TreeMap<>();
            results.forEach((name, node) -> {
                if (!name.isEmpty()) {
                    seeds.put(name, seed(tape, node));
                }
            });
            INDArray tensor = seed(tape, Named.in(results, ""));
            step.weightGradients(new Values(tensor, seeds))
                    .forEach((name, gradient) -> add(Named.in(weights, name), gradient));
            step.close();
        });
        collector.value()[0] = 0;
        if (!tracked) {
            step.close();
        }
        return collector;
    }

    private static INDArray seed(Tape tape, Node node) {
        return tape.keep(Nd4j.createFromArray(node.gradient().clone())
                .reshape(Arrays.stream(node.shape()).asLongStream().toArray()));
    }

    private static Node result(Tape tape, INDArray array, Node collector) {
        // Marks the collector as reached; its own gradient carries no number.
        Node node = tape.record(HostArrays.shape(array), collector.tracked(), y -> collector.gradient());
        System.arraycopy(HostArrays.of(array), 0, node.value(), 0, node.length());
        return node;
    }

    @Override
    public Node decode(Tape tape, Taped values) {
        Trainable.DecoderStep step =
                steps.decoder(new Values(tape.keep(values.tensor().toArray()), arrays(tape, values.side())));
        INDArray images = tape.keep(step.images());
        boolean tracked =
                values.tensor().tracked() || values.side().values().stream().anyMatch(Node::tracked);
        Node result = tape.record(HostArrays.shape(images), tracked, y -> {
            Values gradients = step.valueGradients(seed(tape, y));
            add(values.tensor(), gradients.tensor());
            gradients.side().forEach((name, gradient) -> add(values.side(name), gradient));
            step.close();
        });
        System.arraycopy(HostArrays.of(images), 0, result.value(), 0, result.length());
        if (!tracked) {
            step.close();
        }
        return result;
    }

    private static void add(Node node, INDArray gradient) {
        if (node.tracked()) {
            float[] from = HostArrays.of(gradient, node.layout());
            float[] to = node.gradient();
            for (int i = 0; i < to.length; i++) {
                to[i] += from[i];
            }
        }
    }
}
