package io.github.rewrite4j.samediff.relation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.UnknownLayerException;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Intervention;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.memory.KeysWithin;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

class RelationTest {
    private static final Region CAUSE = Region.rectangle(0, 0, 8, 40);
    private static final Region EFFECT = Region.rectangle(12, 16, 16, 16);
    private static final Probe PROBE = new Probe("layer2", List.of(1, 5, 9, 40, 70), 8, -8);
    private static final List<Intervention> IMAGES =
            List.of(new Intervention(Sample.of(3), 8, CAUSE, EFFECT), new Intervention(Sample.of(8), 8, CAUSE, EFFECT));
    private static final Relation RELATION = new Relation(PROBE, "layer4", IMAGES);

    private static Generator avatars;

    @BeforeAll
    static void load() {
        avatars = Avatars.load();
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    @Test
    void keysOfALaterLayerFollowFromThoseOfTheFirst() {
        AssociativeMemory memory = avatars.memory("layer2", "layer5");
        try (Inputs inputs = avatars.sample(2, 3);
                Keys keys = memory.keys(inputs)) {
            KeysWithin within = memory.capability(KeysWithin.class).orElseThrow();
            for (String layer : List.of("layer2", "layer4", "layer5")) {
                INDArray expected = avatars.memory(layer).keys(inputs).tensor();
                INDArray found = within.keysOf(layer, keys);
                assertThat(found.equalsWithEps(expected, 1e-4)).as(layer).isTrue();
            }
            assertThatThrownBy(() -> within.keysOf("layer6", keys)).isInstanceOf(UnknownLayerException.class);
        }
    }

    @Test
    void aProbeHoldsItsUnitsWhereTheMaskSays() {
        AssociativeMemory memory = avatars.memory("layer2");
        try (Inputs inputs = avatars.sample(1, 3);
                Keys keys = memory.keys(inputs)) {
            INDArray held = PROBE.held(memory, keys, List.of(Region.rectangle(0, 0, 16, 16)), 8)
                    .tensor();
            assertThat(held.getDouble(0, 5, 0, 0)).isEqualTo(8);
            assertThat(held.getDouble(0, 6, 0, 0)).isEqualTo(keys.tensor().getDouble(0, 6, 0, 0));
            assertThat(held.getDouble(0, 5, 4, 4)).isEqualTo(keys.tensor().getDouble(0, 5, 4, 4));
            assertThatThrownBy(() -> new Probe("layer2", List.of(128), 1, 0).held(memory, keys, List.of(CAUSE), 1))
                    .hasMessageContaining("unit 128");
        }
    }

    @Test
    void aMeasuredProbeStandsAroundTheMeanOfItsUnits() {
        Probe one = Probe.measured(avatars, "layer2", List.of(3, 4), 1);
        Probe two = Probe.measured(avatars, "layer2", List.of(3, 4), 2);
        assertThat((two.high() + two.low()) / 2).isCloseTo((one.high() + one.low()) / 2, within(1e-6));
        assertThat(two.high() - two.low()).isCloseTo(2 * (one.high() - one.low()), within(1e-6));
    }

    @Test
    void effectAreasChangePlaces() {
        ProbedRuns runs = ProbedRuns.of(avatars, RELATION);
        INDArray values = runs.values();
        INDArray goal = runs.exchanged(values);
        // Cell (6, 5) of 16 x 16 lies in the effect, (0, 0) does not.
        assertThat(goal.getDouble(0, 3, 6, 5)).isEqualTo(values.getDouble(2, 3, 6, 5));
        assertThat(goal.getDouble(3, 3, 6, 5)).isEqualTo(values.getDouble(1, 3, 6, 5));
        assertThat(goal.getDouble(0, 3, 0, 0)).isEqualTo(values.getDouble(0, 3, 0, 0));
        assertThat(values.getDouble(0, 3, 6, 5)).isNotEqualTo(values.getDouble(2, 3, 6, 5));
    }

    @Test
    void everyLayerBetweenCauseAndEffectIsTriedAlone() {
        List<LayerTrial> trials = new LayerTrials(6, 0.02).of(avatars, RELATION, RewriteListener.SILENT);
        assertThat(trials).extracting(LayerTrial::layer).containsExactly("layer2", "layer3", "layer4");
        assertThat(trials).allSatisfy(trial -> {
            assertThat(trial.lossBefore()).isCloseTo(trials.get(0).lossBefore(), within(1e-6));
            assertThat(trial.solved()).isBetween(0.0, 1.0);
            assertThat(trial.rankOneShare()).isBetween(0.0, 1.0);
        });
        assertThat(trials).allSatisfy(trial -> assertThat(trial.turned()).isPresent());
        assertThat(LayerTrials.best(trials).turned().orElseThrow())
                .isEqualTo(trials.stream()
                        .mapToDouble(trial -> trial.turned().orElseThrow())
                        .max()
                        .orElseThrow());
    }

    @Test
    void whatCountsOfATrialIsWhatItReachesOnImagesThatItDidNotLearnOn() {
        LayerTrial fitted = new LayerTrial("layer3", 1, 0.1, 0.2, 1, OptionalDouble.empty());
        LayerTrial carrier = new LayerTrial("layer4", 1, 0.4, 0.5, 1, OptionalDouble.empty());
        assertThat(LayerTrials.best(List.of(fitted, carrier))).isEqualTo(carrier);
        // Where one direction of the keys was solved for, that tells more.
        LayerTrial before = new LayerTrial("layer3", 1, 0.1, 0.5, 1, OptionalDouble.of(0.1));
        LayerTrial along = new LayerTrial("layer4", 1, 0.4, 0.2, 1, OptionalDouble.of(0.3));
        assertThat(LayerTrials.best(List.of(before, along))).isEqualTo(along);
        // A single image is learnt on and looked at.
        Relation single = RELATION.on(IMAGES.subList(0, 1));
        LayerTrial trial = new LayerTrials(4, 0.02)
                .of(avatars, new Relation(PROBE, "layer2", single.images()), RewriteListener.SILENT)
                .get(0);
        assertThat(trial.heldOut()).isCloseTo(trial.solved(), within(1e-4));
    }

    @Test
    void aFoundChangeIsMadeLargerAsFarAsImagesMayChange() {
        LowRankRewrite quick = LowRankRewrite.rank(1)
                .byLeastSquares(6)
                .gamma(0.01)
                .statistics(32, 1)
                .evaluatedOn(0, 2);
        RelationReversal found = RelationReversal.bySolver(quick).refined(0).changingAtMost(0);
        RelationReversal larger = found.changingAtMost(1);
        Patch small =
                found.at(avatars, RELATION, "layer3", RewriteListener.SILENT).patch();
        Patch large =
                larger.at(avatars, RELATION, "layer3", RewriteListener.SILENT).patch();
        double strength = Double.parseDouble(large.notes().get("strength"));
        assertThat(strength).isBetween(1.25, 3.0);
        WeightDelta.LowRank a = (WeightDelta.LowRank) small.deltas().get(0);
        WeightDelta.LowRank b = (WeightDelta.LowRank) large.deltas().get(0);
        assertThat(b.left()).isEqualTo(a.left().mul(strength));
        try (Generator little = avatars.with(small);
                Generator much = avatars.with(large)) {
            assertThat(RelationEffect.of(avatars, much, RELATION).kept())
                    .isLessThan(RelationEffect.of(avatars, little, RELATION).kept());
        }
        assertThatThrownBy(() -> RelationReversal.faithful().changingAtMost(0.1))
                .hasMessageContaining("published loop");
    }

    @Test
    void bothWaysOfReversingChangeOneLayerByRankOneAndBringTheEffectDown() {
        LowRankRewrite quick = LowRankRewrite.rank(1)
                .byLeastSquares(6)
                .gamma(0.01)
                .statistics(32, 1)
                .evaluatedOn(0, 2);
        for (RelationReversal way :
                List.of(RelationReversal.bySolver(quick).refined(20), RelationReversal.faithful(21, 0.02))) {
            RelationReversal.Reversed reversed = way.at(avatars, RELATION, "layer3", RewriteListener.SILENT);
            Patch patch = reversed.patch();
            assertThat(patch.deltas()).singleElement().satisfies(delta -> {
                assertThat(delta.weight()).isEqualTo("layer3.conv.weight");
                assertThat(delta.rank()).isEqualTo(1);
            });
            assertThat(patch.notes()).containsEntry("layer", "layer3").containsEntry("strategy", way.name());
            try (Generator changed = avatars.with(patch)) {
                RelationEffect effect = RelationEffect.of(avatars, changed, RELATION);
                assertThat(effect.kept()).as(way.name()).isLessThan(1);
                assertThat(effect.changed()).isLessThan(0.05);
            }
        }
    }

    @Test
    void anUnchangedGeneratorKeepsItsRelations() {
        RelationEffect effect = RelationEffect.of(avatars, avatars, RELATION);
        assertThat(effect.kept()).isEqualTo(1);
        assertThat(effect.causeKept()).isEqualTo(1);
        assertThat(effect.changed()).isZero();
        assertThat(effect.size()).isPositive();
        assertThat(effect.images()).isEqualTo(2);
    }

    @Test
    void theDirectionShinesInTheEffectAndNotElsewhere() {
        ProbedRuns runs = ProbedRuns.of(avatars, new Relation(PROBE, "layer3", IMAGES));
        INDArray keys = runs.memory().capability(KeysWithin.class).orElseThrow().keysOf("layer3", runs.keys());
        INDArray high = keys.get(NDArrayIndex.interval(0, 2)).dup('c');
        INDArray low = keys.get(NDArrayIndex.interval(2, 4)).dup('c');
        Matrix d = ProbeDirection.of(
                avatars.memory("layer3").covariance(32, 1, RewriteListener.SILENT),
                high,
                low,
                List.of(runs.effect(0, 8, 8), runs.effect(1, 8, 8)));
        assertThat(d.gram().trace()).isCloseTo(1, within(1e-9));
        double inside = 0;
        double outside = 0;
        for (int n = 0; n < 2; n++) {
            for (int p = 0; p < 64; p++) {
                double heat = 0;
                for (int c = 0; c < 128; c++) {
                    heat += d.get(0, c) * (high.getDouble(n, c, p / 8, p % 8) - low.getDouble(n, c, p / 8, p % 8));
                }
                double m = runs.effect(n, 8, 8).value(p / 8, p % 8);
                inside += m * heat * heat / 4;
                outside += (1 - m) * heat * heat / 60;
            }
        }
        assertThat(inside).isGreaterThan(outside);
    }

    @Test
    void whatCannotBeIsRefusedAndWishesToStopAreObeyed() {
        assertThatThrownBy(() -> new Relation(PROBE, "layer1", IMAGES).candidates(avatars))
                .hasMessageContaining("before");
        assertThatThrownBy(() -> new Relation(PROBE, "layer9", IMAGES).candidates(avatars))
                .isInstanceOf(UnknownLayerException.class);
        assertThatThrownBy(() -> new Relation(PROBE, "layer4", List.of())).hasMessageContaining("one image");
        assertThatThrownBy(() -> RelationReversal.bySolver().at(avatars, RELATION, "layer5", RewriteListener.SILENT))
                .isInstanceOf(UnknownLayerException.class);
        assertThatThrownBy(() -> new LayerTrials(5, 0.02).of(avatars, RELATION, progress -> false))
                .isInstanceOf(RewriteCancelledException.class);
    }
}
