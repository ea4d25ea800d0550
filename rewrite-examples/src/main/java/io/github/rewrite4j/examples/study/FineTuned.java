package io.github.rewrite4j.examples.study;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.samediff.memory.Taped;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.strategy.EditCompiler;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The baselines without a rule: weights are trained until the edit's own images show the object, with nothing that holds the
 * rest. Goals are the images that the pasted values decode to; the loss is their mean absolute error over the whole image.
 */
public final class FineTuned {
    private static final double RATE = 0.02;

    private FineTuned() {}

    /** All weights of all layers. */
    public static Patch allWeights(Generator generator, Edit edit, String layer, int steps, RewriteListener listener) {
        List<Layer> layers = generator.layers();
        AssociativeMemory all = generator.memory(
                layers.get(0).name(), layers.get(layers.size() - 1).name());
        return trained(generator, all, edit, layer, "all weights", steps, listener);
    }

    /** All of one layer's weight, without a rank. */
    public static Patch fullRank(Generator generator, Edit edit, String layer, int steps, RewriteListener listener) {
        return trained(generator, generator.memory(layer), edit, layer, "full rank", steps, listener);
    }

    private static Patch trained(
            Generator generator,
            AssociativeMemory memory,
            Edit edit,
            String layer,
            String name,
            int steps,
            RewriteListener listener) {
        AssociativeMemory pasted = generator.memory(layer);
        Rule rule = EditCompiler.rule(pasted, edit);
        INDArray goal;
        try (Values values = pasted.values(rule.keys())) {
            goal = pasted.decode(values.withTensor(rule.goal()));
        }
        List<Subject> subjects = edit.pastes().stream().map(Selection::subject).toList();
        List<Parameter> parameters = new ArrayList<>();
        Map<String, INDArray> start = memory.weights();
        start.forEach((weight, value) -> parameters.add(Parameter.of(weight, value)));
        Adam adam = new Adam(0.9, 0.999);
        parameters.forEach(parameter -> adam.add(parameter, RATE * parameter.rms()));
        TapedMemory taped = TapedMemory.of(memory);
        try (Inputs inputs = Subject.inputs(subjects, memory.sampler());
                Keys keys = memory.keys(inputs);
                Tape tape = new Tape()) {
            for (int step = 0; step < steps; step++) {
                Map<String, Node> side = new LinkedHashMap<>();
                keys.side().forEach((key, array) -> side.put(key, tape.constant(array)));
                Map<String, Node> weights = new LinkedHashMap<>();
                parameters.forEach(parameter -> weights.put(parameter.name(), tape.parameter(parameter)));
                Node images =
                        taped.decode(tape, taped.values(tape, new Taped(tape.constant(keys.tensor()), side), weights));
                Node loss = Losses.l1(images, tape.constant(goal));
                tape.backward(loss);
                tape.addGradients();
                double value = loss.scalar();
                tape.clear();
                adam.step(Math.min(1, 2 * (1 - step / (double) steps)));
                listener.report("fine-tuning " + name, step + 1, steps, value);
            }
        }
        List<WeightDelta> deltas = new ArrayList<>();
        for (Parameter parameter : parameters) {
            INDArray before = start.get(parameter.name());
            if (before != null) {
                deltas.add(new WeightDelta.Dense(
                        parameter.name(), parameter.toArray().subi(before)));
            }
        }
        return Patch.learntAt(memory.spec(), deltas, Map.of("strategy", "fine-tuning, " + name));
    }
}
