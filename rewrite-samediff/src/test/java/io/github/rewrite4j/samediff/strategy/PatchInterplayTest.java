package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.RewriteWarning;
import io.github.rewrite4j.RewriteWarning.Kind;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.Avatars;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PatchInterplayTest {
    private static final List<String> NAMES = List.of("one", "two", "three");

    private static Generator avatars;
    private static Inputs inputs;

    @BeforeAll
    static void load() {
        avatars = Avatars.load();
        inputs = avatars.sample(6, 2);
    }

    @AfterAll
    static void close() {
        inputs.close();
        avatars.close();
    }

    private static PatchInterplay of(AppliedPatch... stack) {
        return PatchInterplay.of(avatars, List.of(stack), inputs);
    }

    /** Half the size of the weight: large enough to be seen in pictures. */
    private static Patch strong(String layer, long seed) {
        return scaled(Avatars.patch(avatars, layer, seed), 5);
    }

    private static Patch scaled(Patch patch, double factor) {
        WeightDelta delta = patch.deltas().get(0);
        return new Patch(
                patch.baseFingerprint(),
                List.of(new WeightDelta.Dense(delta.weight(), delta.toDense().muli(factor))),
                patch.notes());
    }

    @Test
    void onePatchKeepsAllOfItself() {
        PatchInterplay alone = of(new AppliedPatch(strong("layer5", 1), 1));
        assertThat(alone.effects()).hasSize(1);
        assertThat(alone.effects().get(0).area()).isBetween(0.001, 1.0);
        assertThat(alone.effects().get(0).kept()).hasValue(1);
        assertThat(alone.effects().get(0).keptApart()).hasValue(1);
        assertThat(alone.overlaps()).isEmpty();
        assertThat(alone.warnings(NAMES)).isEmpty();
    }

    @Test
    void aPatchAndItsOppositeLeaveNothingAndSayWho() {
        Patch patch = strong("layer5", 1);
        PatchInterplay both = of(new AppliedPatch(patch, 1), new AppliedPatch(scaled(patch, -1), 1));
        PatchInterplay.Effect effect = both.effects().get(0);
        assertThat(effect.kept().orElseThrow()).isCloseTo(0, within(1e-3));
        assertThat(effect.object().orElseThrow()).isCloseTo(0, within(1e-3));
        assertThat(effect.objectWithout()).containsOnlyKeys(1);
        assertThat(effect.objectWithout().get(1)).isEqualTo(1);
        assertThat(both.overlaps()).hasSize(2).allSatisfy(overlap -> {
            assertThat(overlap.load()).isCloseTo(1, within(1e-5));
            assertThat(overlap.cosine()).isCloseTo(-1, within(1e-6));
            assertThat(overlap.learntTogether()).isFalse();
        });
        List<RewriteWarning> warnings = both.warnings(NAMES);
        assertThat(warnings)
                .extracting(RewriteWarning::kind)
                .as("one sentence for each two, not for each way round")
                .containsExactly(Kind.PATCH_UNDONE, Kind.PATCH_UNDONE, Kind.PATCHES_MEET);
        assertThat(warnings.get(0).finding())
                .isEqualTo("one keeps 0 % of the object that it draws alone (100 % without two)");
        assertThat(warnings.get(0).advice()).startsWith("learn one on top of the other");
        assertThat(warnings.get(2).finding()).startsWith("two changes layer5.conv.weight on the keys of one 1.0 times");
    }

    @Test
    void strengthsScaleTheOverlapAndTurnItRound() {
        Patch patch = strong("layer5", 1);
        Patch same = scaled(patch, 4);
        List<KeyOverlap> overlaps =
                of(new AppliedPatch(patch, 1), new AppliedPatch(same, -0.125)).overlaps();
        assertThat(overlaps.get(0).load()).isCloseTo(0.5, within(1e-5));
        assertThat(overlaps.get(1).load()).isCloseTo(2, within(1e-4));
        // A multiple of the very change is as large at the object as everywhere.
        assertThat(overlaps.get(0).objectLoad()).isCloseTo(0.5, within(1e-5));
        assertThat(overlaps.get(1).objectLoad()).isCloseTo(2, within(1e-4));
        assertThat(overlaps).allSatisfy(overlap -> assertThat(overlap.cosine()).isCloseTo(-1, within(1e-6)));
    }

    @Test
    void theOverlapIsThatOfTheSecondMomentsOfTheKeysWhereThePatchDraws() {
        Patch one = strong("layer2", 1);
        Patch two = strong("layer2", 4);
        KeyOverlap overlap = of(new AppliedPatch(one, 3), new AppliedPatch(two, 1)).overlaps().stream()
                .filter(candidate -> candidate.of() == 0)
                .findFirst()
                .orElseThrow();
        // By another way: the layer's linear stage is what a memory's values differ by before the activation, so that
        // two
        // small patches are compared by finite differences of nothing but |dW k|, through RuleHeat's maps.
        INDArray heatOne = RuleHeat.of(avatars.memory("layer2"), one, inputs);
        INDArray heatTwo = RuleHeat.of(avatars.memory("layer2"), two, inputs);
        double ratio =
                heatTwo.meanNumber().doubleValue() / (3 * heatOne.meanNumber().doubleValue());
        assertThat(overlap.load()).isBetween(0.7 * ratio, 1.4 * ratio);
        assertThat(overlap.objectLoad()).isPositive().isNotEqualTo(overlap.load());
        assertThat(Math.abs(overlap.cosine())).isLessThan(0.5);
    }

    @Test
    void aPatchThatDrawsNothingIsSaid() {
        Patch patch = strong("layer5", 1);
        PatchInterplay weak = of(new AppliedPatch(scaled(patch, 1e-7), 1), new AppliedPatch(patch, 0));
        assertThat(weak.effects()).allSatisfy(effect -> {
            assertThat(effect.kept()).isEmpty();
            assertThat(effect.area()).isZero();
        });
        assertThat(weak.warnings(NAMES))
                .anyMatch(warning -> warning.finding().startsWith("one changes no pixel"))
                .anyMatch(warning -> warning.finding().startsWith("two changes no pixel"))
                .allMatch(warning -> warning.kind() == Kind.NO_EFFECT);
    }

    @Test
    void aPatchIsMeasuredOnTopOfThoseItWasLearntOnAndMissesThem() {
        Patch first = strong("layer5", 1);
        Patch second;
        try (Generator under = avatars.with(first)) {
            second = Patch.learntAt(
                    under.memory("layer5").spec(), strong("layer5", 7).deltas(), Map.of());
        }
        PatchInterplay together = of(new AppliedPatch(second, 1), new AppliedPatch(first, 1));
        assertThat(together.effects().get(0).kept())
                .as("the stack is what it was learnt in")
                .hasValue(1);
        assertThat(together.effects().get(0).missing()).isEmpty();
        assertThat(together.overlaps()).allMatch(KeyOverlap::learntTogether);
        assertThat(together.effects())
                .extracting(PatchInterplay.Effect::learntWith)
                .containsExactly(Set.of(1), Set.of(0));
        assertThat(together.warnings(NAMES)).noneMatch(warning -> warning.kind() == Kind.PATCHES_MEET);

        PatchInterplay without = of(new AppliedPatch(second, 1));
        assertThat(without.warnings(NAMES)).singleElement().satisfies(warning -> {
            assertThat(warning.kind()).isEqualTo(Kind.PATCH_MISSING);
            assertThat(warning.finding())
                    .contains("one was learnt on top of patch " + first.id().substring(0, 12));
        });
        assertThat(of(new AppliedPatch(second, 1), new AppliedPatch(first, 0.5))
                        .effects()
                        .get(0)
                        .missing())
                .as("another strength is another generator")
                .hasSize(1);
    }

    /** The second takes the first back, and was made to: to learn it on top, as it was, cannot be the advice. */
    @Test
    void patchesLearntOnTopOfOneAnotherAreNotToldToBe() {
        Patch first = strong("layer5", 1);
        Patch back;
        try (Generator under = avatars.with(first)) {
            back = Patch.learntAt(
                    under.memory("layer5").spec(), scaled(first, -1).deltas(), Map.of());
        }
        List<RewriteWarning> warnings =
                of(new AppliedPatch(first, 1), new AppliedPatch(back, 1)).warnings(NAMES);
        assertThat(warnings).singleElement().satisfies(warning -> {
            assertThat(warning.kind()).isEqualTo(Kind.PATCH_UNDONE);
            assertThat(warning.finding())
                    .startsWith("one keeps 0 % of the object that it draws alone (100 % without two)");
            assertThat(warning.advice()).contains("learnt on top of one another", "lower the strength of two");
        });
    }

    /** The formula by other loops. */
    @Test
    void whatChangesLittleCountsLittleInTheObject() {
        Patch patch = strong("layer5", 1);
        PatchInterplay.Effect effect = of(new AppliedPatch(patch, 1), new AppliedPatch(strong("layer5", 3), 0.3))
                .effects()
                .get(0);
        StackDrawings drawings = new StackDrawings(
                avatars, List.of(new AppliedPatch(patch, 1), new AppliedPatch(strong("layer5", 3), 0.3)), inputs);
        BitSet one = new BitSet();
        float[] without = drawings.with(one);
        one.set(0);
        float[] alone = drawings.with(one);
        BitSet two = new BitSet();
        two.set(1);
        float[] other = drawings.with(two);
        float[] stack = drawings.with(drawings.all());
        int plane = 64 * 64;
        double lost = 0;
        double size = 0;
        for (int n = 0; n < inputs.size(); n++) {
            for (int p = 0; p < plane; p++) {
                boolean own = false;
                boolean others = false;
                for (int c = 0; c < 3; c++) {
                    int i = (n * 3 + c) * plane + p;
                    own |= Math.abs(alone[i] - without[i]) > PatchInterplay.VISIBLE;
                    others |= Math.abs(other[i] - without[i]) > PatchInterplay.VISIBLE;
                }
                for (int c = 0; own && !others && c < 3; c++) {
                    int i = (n * 3 + c) * plane + p;
                    double change = Math.abs(alone[i] - without[i]);
                    lost += change * Math.abs(stack[i] - alone[i]);
                    size += change * change;
                }
            }
        }
        assertThat(effect.object().orElseThrow()).isCloseTo(1 - lost / size, within(1e-6));
        assertThat(effect.object().orElseThrow())
                .isNotCloseTo(effect.keptApart().orElseThrow(), within(1e-4));
    }

    private static Exemplar disc(double x, double y, float shade) {
        INDArray picture = Nd4j.create(3, 64, 64).addi(shade);
        return Exemplar.cutOut(picture, Region.ellipse(x, y, 6, 6).onImage(64, 64));
    }

    private static Patch learnt(Generator generator, Exemplar exemplar) {
        return OutOfDomainRewrite.inImages()
                .steps(36)
                .rate(0.08)
                .evaluatedOn(List.of(), 0, 2)
                .rewrite(
                        generator.memory("layer5", "layer6"),
                        ExemplarEdit.of(exemplar).shownOn(Sample.range(1, 0, 24)))
                .patch();
    }

    private static double success(Generator generator, Exemplar exemplar, Patch... patches) {
        Generator current = generator.withSampler(generator.sampler());
        for (Patch patch : patches) {
            try (Generator under = current) {
                current = under.with(patch);
            }
        }
        try (Generator all = current) {
            List<Sample> samples = Sample.range(2, 0, 12);
            ExemplarPreview before =
                    ExemplarPreview.of(generator.memory("layer5", "layer6"), patches[0], List.of(exemplar), samples);
            INDArray after = all.generate(generator.sampler().at(samples));
            RewriteReport.FreshSamples measured =
                    new ExemplarPreview(samples, before.before(), after, before.goal(), before.masks()).measure();
            return measured.success();
        }
    }

    /** The same five times over, with real rules and at full length, is MeasureStack in the examples. */
    @Test
    void aRuleLearntOnTopOfAnotherLeavesItAndOneLearntApartDoesNot() {
        Exemplar light = disc(18, 20, 0.9f);
        Exemplar dark = disc(46, 44, -0.9f);
        Patch first = learnt(avatars, light);
        Patch apart = learnt(avatars, dark);
        Patch onTop;
        try (Generator under = avatars.with(first)) {
            onTop = learnt(under, dark);
        }
        double alone = success(avatars, light, first);
        double kept = success(avatars, light, first, onTop);
        double fought = success(avatars, light, first, apart);
        double secondAlone = success(avatars, dark, apart);
        double second = success(avatars, dark, onTop, first);
        String numbers = Stream.of(alone, kept, fought, secondAlone, second)
                .map(n -> String.format("%.3f", n))
                .toList()
                .toString();
        assertThat(alone).as(numbers).isGreaterThan(0.5);
        assertThat(kept).as(numbers).isGreaterThan(0.95 * alone).isGreaterThan(fought);
        assertThat(second).as(numbers).isGreaterThan(0.95 * secondAlone);
        PatchInterplay good = of(new AppliedPatch(first, 1), new AppliedPatch(onTop, 1));
        PatchInterplay bad = of(new AppliedPatch(first, 1), new AppliedPatch(apart, 1));
        assertThat(good.effects().get(0).keptApart().orElseThrow())
                .isGreaterThan(bad.effects().get(0).keptApart().orElseThrow());
    }
}
