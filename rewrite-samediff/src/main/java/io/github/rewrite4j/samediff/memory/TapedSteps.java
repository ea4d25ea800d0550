package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Trainable;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.samediff.tape.Arithmetic;
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

/** A taped memory as steps on arrays, each on a tape of its own. */
final class TapedSteps implements Trainable {
    private final TapedMemory memory;

    TapedSteps(TapedMemory memory) {
        this.memory = memory;
    }

    private static Map<String, Node> constants(Tape tape, Map<String, INDArray> arrays) {
        Map<String, Node> nodes = new LinkedHashMap<>();
        arrays.forEach((name, array) -> nodes.put(name, tape.constant(array)));
        return nodes;
    }

    private static Node variable(Tape tape, INDArray array) {
        return tape.variable(HostArrays.of(array), HostArrays.shape(array));
    }

    /** sum(node * seed) over all of these, which has the wanted gradients. */
    private static Node against(Tape tape, Map<Node, INDArray> seeds) {
        float[] counts = new float[seeds.size()];
        Node[] means = new Node[seeds.size()];
        int i = 0;
        for (Map.Entry<Node, INDArray> seed : seeds.entrySet()) {
            counts[i] = seed.getKey().length();
            means[i++] = Arithmetic.mean(Arithmetic.multiply(seed.getKey(), tape.constant(seed.getValue())));
        }
        return Arithmetic.weightedSum(counts, means);
    }

    private static INDArray gradient(Node node) {
        return Nd4j.createFromArray(node.gradient().clone())
                .reshape(Arrays.stream(node.shape()).asLongStream().toArray());
    }

    @Override
    public RuleStep rule(Keys keys, Map<String, INDArray> weights) {
        Tape tape = new Tape();
        Map<String, Node> nodes = new TreeMap<>();
        weights.forEach((name, weight) -> nodes.put(name, variable(tape, weight)));
        Taped answer =
                memory.values(tape, new Taped(tape.constant(keys.tensor()), constants(tape, keys.side())), nodes);
        return new RuleStep() {
            @Override
            public Values values() {
                TreeMap<String, INDArray> side = new TreeMap<>();
                answer.side().forEach((name, node) -> side.put(name, node.toArray()));
                return new Values(answer.tensor().toArray(), side);
            }

            @Override
            public SortedMap<String, INDArray> weightGradients(Values seed) {
                Map<Node, INDArray> seeds = new LinkedHashMap<>(Map.of(answer.tensor(), seed.tensor()));
                seed.side().forEach((name, array) -> {
                    Node side = answer.side(name);
                    if (side.tracked()) {
                        seeds.put(side, array);
                    }
                });
                tape.backward(against(tape, seeds));
                TreeMap<String, INDArray> gradients = new TreeMap<>();
                nodes.forEach((name, node) -> gradients.put(name, gradient(node)));
                return gradients;
            }

            @Override
            public void close() {
                tape.close();
            }
        };
    }

    @Override
    public DecoderStep decoder(Values values) {
        Tape tape = new Tape();
        Node tensor = variable(tape, values.tensor());
        Map<String, Node> side = new LinkedHashMap<>();
        values.side().forEach((name, array) -> side.put(name, variable(tape, array)));
        Node images = memory.decode(tape, new Taped(tensor, side));
        return new DecoderStep() {
            @Override
            public INDArray images() {
                return images.toArray();
            }

            @Override
            public Values valueGradients(INDArray seed) {
                tape.backward(against(tape, Map.of(images, seed)));
                TreeMap<String, INDArray> gradients = new TreeMap<>();
                side.forEach((name, node) -> gradients.put(name, gradient(node)));
                return new Values(gradient(tensor), gradients);
            }

            @Override
            public void close() {
                tape.close();
            }
        };
    }
}
