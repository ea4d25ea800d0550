package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.RewriteWarning.Kind;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EmptyRegionException;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.memory.CovarianceCache;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** One small edit of the avatars from end to end: a hair bun for everyone. */
class LowRankRewriteTest {
    private static final String WEIGHT = "layer5.conv.weight";
    private static final Region CROWN = Region.ellipse(32, 10, 10, 8);
    private static final Edit BUN = Edit.copy(Sample.of(17), CROWN)
            .pasteInto(Sample.of(4), CROWN)
            .inContextOf(Sample.list(4, 9, 23, 31), CROWN);
    private static final LowRankRewrite STRATEGY =
            LowRankRewrite.rank(3).statistics(64, 1).evaluatedOn(8, 2);

    private static Generator avatars;
    private static AssociativeMemory memory;
    private static Rewrite rewrite;

    @BeforeAll
    static void rewrite() {
        avatars = Avatars.load();
        memory = avatars.memory("layer5");
        rewrite = STRATEGY.rewrite(memory, BUN);
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    private static INDArray weight(AssociativeMemory of) {
        return of.weights().get(WEIGHT);
    }

    @Test
    void theSameEditGivesTheSamePatchAndLeavesTheMemoryAlone() {
        int[] before = Differences.bits(weight(memory));
        Rewrite again = STRATEGY.rewrite(memory, BUN);
        assertThat(again.patch().id()).isEqualTo(rewrite.patch().id());
        assertThat(Differences.bits(weight(memory))).isEqualTo(before);
        assertThat(rewrite.patch().baseFingerprint()).isEqualTo(avatars.spec().baseFingerprint());
        assertThat(rewrite.patch().notes()).containsEntry("layer", "layer5").containsEntry("rank", "3");
    }

    @Test
    void theObjectAppearsInsideMoreThanAnythingChangesOutside() {
        RewriteReport.FreshSamples fresh = rewrite.report().fresh().orElseThrow();
        assertThat(fresh.samples()).isEqualTo(8);
        assertThat(fresh.seed()).hasValue(2);
        assertThat(fresh.insideL1After()).isLessThan(fresh.insideL1Before());
        assertThat(fresh.success()).isPositive();
        EditPreview preview = EditPreview.of(memory, rewrite.patch(), BUN, 8, 2);
        double[] inside = new double[2];
        double[] outside = new double[2];
        double[] before = Differences.doubles(preview.before());
        double[] after = Differences.doubles(preview.after());
        double[] mask = Differences.doubles(preview.mask());
        for (int i = 0; i < before.length; i++) {
            double[] sums = mask[i % mask.length] > 0 ? inside : outside;
            sums[0] += Math.abs(after[i] - before[i]);
            sums[1]++;
        }
        assertThat(inside[0] / inside[1]).isGreaterThan(outside[0] / outside[1]);
    }

    @Test
    void aMaskWithoutAnyWindowGivesNoSimilarityRatherThanNaN() {
        INDArray before = Avatars.random(1, 1, 3, 16, 16);
        INDArray goal = Avatars.random(2, 1, 3, 16, 16);
        INDArray mask = Nd4j.zeros(16, 16);
        mask.putScalar(0, 0, 1);
        RewriteReport.FreshSamples corner =
                new EditPreview(List.of(Sample.of(0)), before, before, goal, mask).measure();
        assertThat(corner.insideSsim()).isEmpty();
        assertThat(corner.outsideSsim()).hasValue(1);
        assertThat(corner.insideL1After()).isFinite();
        RewriteReport report = rewrite.report();
        RewriteReport small = new RewriteReport(
                report.strategy(),
                report.layer(),
                report.rank(),
                report.lossBefore(),
                report.lossAfter(),
                report.iterations(),
                report.constraintResidual(),
                report.change(),
                report.interference(),
                report.conditionNumber(),
                Optional.of(corner),
                Optional.empty(),
                report.seconds(),
                report.details(),
                report.warnings());
        assertThat(small.facts().asMap()).doesNotContainKey("insideSsim").containsEntry("outsideSsim", 1.0);
        assertThat(small.toString()).doesNotContain("NaN").contains("SSIM 1.000");
    }

    @Test
    void theReportedLossesAreThoseOfTheMemory() {
        Rule rule = EditCompiler.rule(memory, BUN);
        assertThat(rewrite.report().lossBefore()).isCloseTo(loss(memory, rule), within(1e-9));
        double after = loss(memory.with(rewrite.patch()), rule);
        assertThat(rewrite.report().lossAfter()).isCloseTo(after, within(1e-9)).isLessThan(0.5 * loss(memory, rule));
        assertThat(rewrite.report().constraintResidual()).isCloseTo(after / loss(memory, rule), within(1e-9));
    }

    private static double loss(AssociativeMemory of, Rule rule) {
        INDArray values = of.values(rule.keys()).tensor();
        double sum = 0;
        int count = 0;
        for (int n = 0; n < rule.boxes().size(); n++) {
            for (int c = 0; c < values.size(1); c++) {
                for (int y = rule.boxes().get(n).top(); y < rule.boxes().get(n).bottom(); y++) {
                    for (int x = rule.boxes().get(n).left();
                            x < rule.boxes().get(n).right();
                            x++, count++) {
                        sum += Math.abs(rule.goal().getDouble(n, c, y, x) - values.getDouble(n, c, y, x));
                    }
                }
            }
        }
        return sum / count;
    }

    @Test
    void theSolverSeesTheLossThatTheMemoryHas() {
        Rule rule = EditCompiler.rule(memory, BUN);
        double[] seen = new double[1];
        STRATEGY.byLevenbergMarquardt(1).evaluatedOn(0, 2).rewrite(memory, BUN, progress -> {
            if (progress.stage().text().equals("inserting the rule")) {
                seen[0] = progress.loss();
            }
            return true;
        });
        assertThat(seen[0]).isCloseTo(loss(memory, rule), within(1e-5));
    }

    @Test
    void theReportedChangeIsThatOfTheWeights() {
        RewriteReport.Change change = rewrite.report().change();
        INDArray base = weight(memory).castTo(DataType.DOUBLE);
        INDArray changed = weight(memory.with(rewrite.patch())).castTo(DataType.DOUBLE);
        double relative = changed.sub(base).norm2Number().doubleValue()
                / base.norm2Number().doubleValue();
        assertThat(change.relativeNorm()).isCloseTo(relative, within(1e-5)).isBetween(0.0, 1.0);
        assertThat(change.rank()).isEqualTo(3);
        assertThat(change.energy()).hasSize(3).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(change.energy().stream().mapToDouble(Double::doubleValue).sum())
                .isCloseTo(1, within(1e-9));
    }

    @Test
    void theReportedInterferenceIsThatOfTheConvolutionsOfOtherKeys() {
        List<Sample> samples = EditPreview.fresh(BUN.samples(), 16, 4);
        Keys keys = memory.keys(memory.sampler().at(samples));
        INDArray usual = convolve(keys.tensor(), weight(memory));
        INDArray change = rewrite.patch().deltas().get(0).toDense().castTo(DataType.FLOAT);
        INDArray changed = convolve(keys.tensor(), change);
        double[] over = Differences.doubles(changed.norm2(1));
        double[] under = Differences.doubles(usual.norm2(1));
        double[] shares = new double[over.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = over[i] / under[i];
        }
        Arrays.sort(shares);
        RewriteReport.Interference interference =
                rewrite.report().interference().orElseThrow();
        assertThat(interference.keys()).isEqualTo(16 * 256);
        assertThat(interference.mean())
                .isCloseTo(Arrays.stream(shares).average().orElseThrow(), within(1e-4));
        assertThat(interference.p99()).isCloseTo(shares[(int) (0.99 * shares.length)], within(1e-3));
    }

    private static INDArray convolve(INDArray maps, INDArray weight) {
        return Nd4j.exec(DynamicCustomOp.builder("conv2d")
                .addInputs(maps.dup('c'), weight.permute(2, 3, 1, 0).dup('c'))
                .addIntegerArguments(3, 3, 1, 1, 0, 0, 1, 1, 1, 0, 0)
                .build())[0];
    }

    @Test
    void gammaTradesTheRuleForEverythingElse() {
        Rewrite reckless = STRATEGY.gamma(0).evaluatedOn(0, 2).rewrite(memory, BUN);
        assertThat(reckless.report().lossAfter()).isLessThan(rewrite.report().lossAfter());
        assertThat(reckless.report().change().relativeNorm())
                .isFinite()
                .isGreaterThan(rewrite.report().change().relativeNorm());
        assertThat(reckless.report().interference().orElseThrow().mean())
                .isGreaterThan(rewrite.report().interference().orElseThrow().mean());
        assertThat(reckless.report().warnsOf(Kind.UNPROTECTED)).isTrue();
        assertThat(rewrite.report().warnsOf(Kind.UNPROTECTED)).isFalse();
        assertThat(reckless.report().fresh()).isEmpty();
    }

    @Test
    void thePublishedSolversAreAskedForByName() {
        LowRankRewrite quick = STRATEGY.evaluatedOn(0, 2);
        Rewrite adam = quick.byAdam(20, 0.05).rewrite(memory, BUN);
        Rewrite projected = quick.byProjectedGradient(20, 0.05).rewrite(memory, BUN);
        assertThat(adam.report().strategy()).isEqualTo("low-rank/adam");
        assertThat(projected.report().strategy()).isEqualTo("low-rank/projected-gradient");
        assertThat(adam.report().iterations()).isEqualTo(20);
        assertThat(adam.report().lossAfter()).isLessThan(adam.report().lossBefore());
        assertThat(projected.report().lossAfter()).isLessThan(projected.report().lossBefore());
        assertThat(STRATEGY.name()).isEqualTo("low-rank/levenberg-marquardt");
    }

    @Test
    void aPatchedGeneratorCanBeRewrittenAgain() {
        try (Generator once = avatars.with(rewrite.patch())) {
            Rewrite second = STRATEGY.evaluatedOn(0, 2).rewrite(once.memory("layer5"), BUN);
            assertThat(second.report().lossBefore()).isLessThan(rewrite.report().lossBefore());
            assertThat(second.patch().baseFingerprint())
                    .isEqualTo(avatars.spec().fingerprint());
            try (Generator twice = once.with(second.patch())) {
                assertThat(twice.patches()).hasSize(2);
            }
        }
    }

    @Test
    void everyStageCanBeCancelledAndLeavesNothingBehind(@TempDir Path folder) {
        int[] before = Differences.bits(weight(memory));
        Set<String> stages = new TreeSet<>();
        LowRankRewrite small = STRATEGY.statistics(24, 1).evaluatedOn(1, 2);
        small.rewrite(memory, BUN, progress -> {
            stages.add(progress.stage().text());
            return true;
        });
        assertThat(stages).contains("key statistics", "ordinary keys", "inserting the rule", "measuring");
        for (String stage : stages) {
            assertThatThrownBy(() -> small.rewrite(
                            memory, BUN, progress -> !progress.stage().text().equals(stage)))
                    .isInstanceOf(RewriteCancelledException.class)
                    .hasMessageContaining(stage);
        }
        assertThatThrownBy(() -> STRATEGY.cache(CovarianceCache.in(folder))
                        .rewrite(memory, BUN, progress -> !progress.stage()
                                .text()
                                .equals("key statistics")))
                .isInstanceOf(RewriteCancelledException.class);
        assertThat(folder).isEmptyDirectory();
        assertThat(Differences.bits(weight(memory))).isEqualTo(before);
    }

    @Test
    void theCacheDoesNotChangeThePatch(@TempDir Path folder) {
        LowRankRewrite cached = STRATEGY.cache(CovarianceCache.in(folder)).evaluatedOn(0, 2);
        assertThat(cached.rewrite(memory, BUN).patch()).isEqualTo(rewrite.patch());
        assertThat(cached.rewrite(memory, BUN).patch()).isEqualTo(rewrite.patch());
        assertThat(folder).isNotEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(ints = {97, 5000})
    void aRankAboveTheChannelsIsRefused(int rank) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LowRankRewrite.rank(rank).rewrite(memory, BUN))
                .withMessageContaining("Rank " + rank)
                .withMessageContaining("96 channels");
    }

    @Test
    void editsThatMeanNothingAreRefused() {
        Region outside = Region.ellipse(200, 200, 5, 5);
        assertThatThrownBy(() -> STRATEGY.rewrite(memory, Edit.copy(Sample.of(17), CROWN)))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("pasteInto");
        assertThatThrownBy(() -> STRATEGY.rewrite(
                        memory, Edit.copy(Sample.of(17), outside).pasteInto(Sample.of(4), CROWN)))
                .isInstanceOf(EmptyRegionException.class)
                .hasMessageContaining("outside");
        assertThatThrownBy(() ->
                        STRATEGY.rewrite(memory, Edit.copy(Sample.of(17), CROWN).pasteInto(Sample.of(4), outside)))
                .isInstanceOf(EmptyRegionException.class);
        assertThatThrownBy(() -> STRATEGY.rewrite(memory, BUN.inContextOf(Sample.of(5), CROWN.minus(CROWN))))
                .isInstanceOf(EmptyRegionException.class);
        assertThatThrownBy(() -> STRATEGY.rewrite(avatars.memory("layer4", "layer5"), BUN))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("layer4..layer5")
                .hasMessageContaining("choose one layer");
    }

    @Test
    void settingsThatMeanNothingAreRefusedAtOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> LowRankRewrite.rank(0));
        assertThatIllegalArgumentException().isThrownBy(() -> STRATEGY.gamma(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> STRATEGY.gamma(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> STRATEGY.statistics(0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> STRATEGY.statistics(10, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> STRATEGY.evaluatedOn(-1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> STRATEGY.evaluatedOn(8, 1L << 32));
    }

    @Test
    void anObjectThatWouldStickOutIsMovedInside() {
        Edit corner = Edit.copy(Sample.of(17), CROWN).pasteInto(Sample.of(4), Region.rectangle(0, 0, 4, 4));
        Rule rule = EditCompiler.rule(memory, corner);
        assertThat(rule.boxes().get(0).top()).isZero();
        assertThat(rule.boxes().get(0).left()).isZero();
    }
}
