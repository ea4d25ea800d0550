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
        return towards(all, subjects(edit), goal(generator.memory(layer), edit), "all weights", steps, listener);
    }

    /** All of one layer's weight, without a rank. */
    public static Patch fullRank(Generator generator, Edit edit, String layer, int steps, RewriteListener listener) {
        AssociativeMemory memory = generator.memory(layer);
        return towards(memory, subjects(edit), goal(memory, edit), "full rank", steps, listener);
    }

    private static List<Subject> subjects(Edit edit) {
        return edit.pastes().stream().map(Selection::subject).toList();
    }

    /** The images that the pasted values decode to. */
    private static INDArray goal(AssociativeMemory pasted, Edit edit) {
        Rule rule = EditCompiler.rule(pasted, edit);
        try (Values values = pasted.values(rule.keys())) {
            return pasted.decode(values.withTensor(rule.goal()));
        }
    }

    /**
     * All weights of some layers, until images look as they should.
     *
     * @param memory the layers
     * @param subjects the images
     * @param goal how they should look [N, C, H, W]
     * @param name of the way, for the patch
     */
    public static Patch towards(
            AssociativeMemory memory,
            List<? extends Subject> subjects,
            INDArray goal,
            String name,
            int steps,
            RewriteListener listener) {
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
