package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.RewriteReport.FreshSamples;
import io.github.rewrite4j.RewriteReport.MeantSamples;
import io.github.rewrite4j.RewriteWarning;
import io.github.rewrite4j.RewriteWarning.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a report warns, on both sides of each bound. */
class CautionsTest {
    private static final double LOUD = 24.9;
    private static final double QUIET = 25.1;

    private static RewriteReport.Change change(double relativeNorm) {
        return new RewriteReport.Change(1, relativeNorm, List.of(1.0));
    }

    /** Samples whose distance from the goal, 0.5 before, was taken down by a share of it. */
    private static FreshSamples fresh(double success, double outsidePsnr) {
        return new FreshSamples(
                24,
                OptionalLong.of(2),
                0.5,
                0.5 * (1 - success),
                success,
                OptionalDouble.empty(),
                0.01,
                outsidePsnr,
                OptionalDouble.empty());
    }

    private static List<RewriteWarning> effect(double relativeNorm, FreshSamples all, Optional<MeantSamples> meant) {
        return new Cautions()
                .effect(change(relativeNorm), new Losses(1, 0.1), Optional.of(all), meant, "do better")
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"0.99, false", "1.01, true", "40, true"})
    void aChangeLargerThanTheWeightIsSaidWithWhatMakesItSmaller(double relativeNorm, boolean warned) {
        List<RewriteWarning> found =
                new Cautions().change(change(relativeNorm), "raise gamma").toList();
        assertThat(found).hasSize(warned ? 1 : 0).allSatisfy(warning -> {
            assertThat(warning.kind()).isEqualTo(Kind.LARGE_CHANGE);
            assertThat(warning.finding())
                    .contains("larger than the weight", String.format(Locale.ROOT, "%.2f", relativeNorm));
            assertThat(warning.advice()).isEqualTo("raise gamma");
        });
    }

    @Test
    void lowSuccessAndItsOppositeAreSaid() {
        assertThat(effect(0.1, fresh(RewriteReport.LOW_SUCCESS, QUIET), Optional.empty()))
                .isEmpty();
        assertThat(effect(0.1, fresh(RewriteReport.LOW_SUCCESS - 0.01, QUIET), Optional.empty()))
                .singleElement()
                .satisfies(warning -> {
                    assertThat(warning.kind()).isEqualTo(Kind.LOW_SUCCESS);
                    assertThat(warning.finding()).contains("of the way to the goal", "on 24 of them");
                    assertThat(warning.advice()).isEqualTo("do better");
                });
        assertThat(effect(0.1, fresh(-0.2, QUIET), Optional.empty()))
                .extracting(RewriteWarning::finding)
                .containsExactly("the edit leads away from its goal: success -0.20 on 24 new pictures");
    }

    /** An edit for bald heads is not blamed for others, nor praised for them. */
    @Test
    void conditionalEditsAreJudgedByThoseTheyAreMeantFor() {
        MeantSamples reached = new MeantSamples("bald", fresh(0.8, QUIET));
        MeantSamples missed = new MeantSamples("bald", fresh(0.1, QUIET));
        assertThat(effect(0.1, fresh(0.1, QUIET), Optional.of(reached))).isEmpty();
        assertThat(effect(0.1, fresh(0.8, QUIET), Optional.of(missed)))
                .extracting(RewriteWarning::kind)
                .containsExactly(Kind.LOW_SUCCESS);
    }

    @Test
    void anEditThatDoesNothingSaysThatInsteadOfLowSuccess() {
        assertThat(effect(0, fresh(0, QUIET), Optional.empty()))
                .extracting(RewriteWarning::kind)
                .containsExactly(Kind.NO_EFFECT);
        FreshSamples unseen = new FreshSamples(
                24, OptionalLong.of(2), 0.5, 0.499, 0.002, OptionalDouble.empty(), 0.001, 60, OptionalDouble.empty());
        assertThat(effect(0.1, unseen, Optional.empty())).singleElement().satisfies(warning -> assertThat(
                        warning.finding())
                .contains("the edit does nothing", "half a step of 8 bits"));
    }

    @Test
    void changesBesideTheRegionAreSaid() {
        assertThat(effect(0.1, fresh(0.9, LOUD), Optional.empty()))
                .extracting(RewriteWarning::kind)
                .containsExactly(Kind.SIDE_EFFECTS);
    }

    @Test
    void aRuleThatHeldBeforeIsSaid() {
        assertThat(new Cautions()
                        .effect(change(0.1), new Losses(0, 0), Optional.empty(), Optional.empty(), "do better")
                        .toList())
                .extracting(RewriteWarning::kind)
                .containsExactly(Kind.NOTHING_TO_LEARN);
    }
}
