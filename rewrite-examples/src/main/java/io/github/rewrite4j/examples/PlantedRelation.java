package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.Trainable;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Intervention;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.memory.KeysWithin;
import io.github.rewrite4j.samediff.relation.ProbeDirection;
import io.github.rewrite4j.samediff.relation.Relation;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Writes a relation into a generator that did not have it: where the cause of a probe is high, its effect areas become
 * lighter, and where it is low, darker. For finding it again.
 *
 * <p>The rule is a change of rank one of one layer. Its direction is that in which the probe moves the keys of the effect
 * areas, its goals are the layer's own values plus the least change that the decoder shows as this much light.
 */
public final class PlantedRelation {
    private PlantedRelation() {}

    /**
     * Plants a relation.
     *
     * @param relation says cause and effect areas
     * @param layer that should carry it, from the probe's on
     * @param light mean change of the effect areas aimed at, up and down, of a range of 2
     */
    public static Patch in(
            Generator generator, Relation relation, String layer, double light, RewriteListener listener) {
        AssociativeMemory whole = generator.memory(relation.probe().layer(), layer);
        AssociativeMemory memory = generator.memory(layer);
        List<Subject> subjects = new ArrayList<>();
        List<Region> causes = new ArrayList<>();
        for (Intervention image : relation.images()) {
            subjects.add(image.subject());
            causes.add(image.cause());
        }
        Keys start = whole.keys(Subject.inputs(subjects, whole.sampler()));
        Keys plain = memory.keys(Subject.inputs(subjects, memory.sampler()));
        INDArray high =
                within(whole, layer, relation, start, causes, relation.probe().high());
        INDArray low =
                within(whole, layer, relation, start, causes, relation.probe().low());
        INDArray highGoal = shifted(memory, plain.withTensor(high), relation, light);
        INDArray lowGoal = shifted(memory, plain.withTensor(low), relation, -light);
        List<Subject> twice = new ArrayList<>(subjects);
        twice.addAll(subjects);
        Keys both = memory.keys(Subject.inputs(twice, memory.sampler())).withTensor(Nd4j.concat(0, high, low));
        INDArray goal = Nd4j.concat(0, highGoal, lowGoal);
        Rule rule = new Rule(
                both, goal, Collections.nCopies(both.size(), new Box(0, 0, (int) goal.size(2), (int) goal.size(3))));
        return LowRankRewrite.rank(1)
                .byLeastSquares(12)
                .gamma(0.002)
                .evaluatedOn(0, 2)
                .rewrite(
                        memory,
                        rule,
                        covariance -> ProbeDirection.of(covariance, high, low, effects(memory, relation)),
                        listener)
                .patch();
    }

    private static INDArray within(
            AssociativeMemory whole, String layer, Relation relation, Keys keys, List<Region> causes, double value) {
        KeysWithin within = whole.capability(KeysWithin.class)
                .orElseThrow(() -> new RewriteException("The memory does not tell the keys of its later layers."));
        return within.keysOf(layer, relation.probe().held(whole, keys, causes, value));
    }

    /** Values, moved in the effect areas by the least change that shows as this much light in the mean. */
    private static INDArray shifted(AssociativeMemory memory, Keys keys, Relation relation, double light) {
        Values values = memory.values(keys);
        Trainable trainable = memory.capability(Trainable.class)
                .orElseThrow(() -> new RewriteException("The memory's decoder cannot be differentiated."));
        int height = memory.spec().generator().imageHeight();
        int width = memory.spec().generator().imageWidth();
        int n = relation.images().size();
        float[] seed = new float[n * 3 * height * width];
        for (int i = 0; i < n; i++) {
            Mask area = relation.images().get(i).effect().requireOnImage(height, width);
            for (int j = 0; j < 3 * height * width; j++) {
                int p = j % (height * width);
                seed[i * 3 * height * width + j] = (float) (area.value(p / width, p % width) / (3 * area.sum()));
            }
        }
        float[] gradient;
        try (Trainable.DecoderStep step = trainable.decoder(values)) {
            gradient =
                    HostArrays.of(step.valueGradients(Nd4j.createFromArray(seed).reshape(n, 3, height, width))
                            .tensor());
        }
        float[] moved = HostArrays.of(values.tensor());
        int row = moved.length / n;
        int columns = (int) values.tensor().size(3);
        int plane = (int) values.tensor().size(2) * columns;
        for (int i = 0; i < n; i++) {
            Mask area = relation.images().get(i).effect().requireOnGrid(height, width, plane / columns, columns);
            double squares = 0;
            for (int j = 0; j < row; j++) {
                float g = area.value(j % plane / columns, j % columns) * gradient[i * row + j];
                squares += (double) g * g;
                gradient[i * row + j] = g;
            }
            for (int j = 0; j < row; j++) {
                moved[i * row + j] += (float) (light * gradient[i * row + j] / Math.max(1e-12, squares));
            }
        }
        return Nd4j.createFromArray(moved).reshape(values.tensor().shape());
    }

    private static List<Mask> effects(AssociativeMemory memory, Relation relation) {
        return relation.images().stream()
                .map(image -> image.effect()
                        .requireOnGrid(
                                memory.spec().generator().imageHeight(),
                                memory.spec().generator().imageWidth(),
                                memory.spec().keyShape()))
                .toList();
    }
}
