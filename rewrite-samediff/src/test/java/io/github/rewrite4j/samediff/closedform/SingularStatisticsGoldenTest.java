package io.github.rewrite4j.samediff.closedform;

import static io.github.rewrite4j.samediff.Matrices.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.SingularSystemException;
import io.github.rewrite4j.samediff.GoldenFile;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.Precision;
import io.github.rewrite4j.samediff.linalg.SecondMoment;
import io.github.rewrite4j.samediff.linalg.StreamedKeyCovariance;
import io.github.rewrite4j.stats.KeyCovariance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that span 12 of 32 dimensions: refused without a choice, right with each of the choices. */
class SingularStatisticsGoldenTest {
    private static final GoldenFile GOLDEN = GoldenFile.open("olam_illcond");
    private static final Matrix W0 = GOLDEN.matrix("W0");
    private static final Matrix C = GOLDEN.matrix("C");
    private static final KeyCovariance COVARIANCE = StreamedKeyCovariance.of(C, 400);
    private static final Matrix VALUE = GOLDEN.matrix("v");

    @ParameterizedTest
    @ValueSource(strings = {"k_in_range", "k_generic"})
    void theRawMatrixIsRefusedWithRankConditionAndRidge(String key) {
        KeyCovariance collected = SecondMoment.ofDimension(32, Precision.FLOAT64)
                .addColumns(GOLDEN.array("K"))
                .toCovariance();
        for (KeyCovariance c : new KeyCovariance[] {COVARIANCE, collected}) {
            assertThatExceptionOfType(SingularSystemException.class)
                    .isThrownBy(() -> ExactUpdate.exact().update(W0, c, GOLDEN.matrix(key), VALUE))
                    .satisfies(e -> {
                        assertThat(e.rank()).isEqualTo(12);
                        assertThat(e.dimension()).isEqualTo(32);
                        assertThat(e.conditionNumber()).isGreaterThan(1e14);
                        Matrix after = ExactUpdate.exact()
                                .withRidge(e.suggestedRelativeRidge())
                                .update(W0, c, GOLDEN.matrix(key), VALUE)
                                .appliedTo(W0);
                        assertClose(after.multiply(GOLDEN.matrix(key)), VALUE, 1e-9);
                    });
        }
    }

    @ParameterizedTest
    @CsvSource({"0.0001,in_range", "0.0001,generic", "0.01,in_range", "0.01,generic"})
    void aRidgeAskedForIsApplied(String ridge, String key) {
        Matrix after = ExactUpdate.exact()
                .withRidge(Double.parseDouble(ridge))
                .update(W0, COVARIANCE, GOLDEN.matrix("k_" + key), VALUE)
                .appliedTo(W0);
        assertClose(after, GOLDEN.matrix("W1_ridge" + ridge + "_" + key), 1e-9);
    }

    @Test
    void aVanishingRidgeUsesTheFreeDirectionsForAKeyNeverSeen() {
        Matrix after = ExactUpdate.exact()
                .withRidge(1e-9)
                .update(W0, COVARIANCE, GOLDEN.matrix("k_generic"), VALUE)
                .appliedTo(W0);
        assertClose(after, GOLDEN.matrix("W1_limit_generic"), 1e-6);
    }

    @Test
    void thePseudoInverseWritesKeysOfTheKindThatWasSeen() {
        ClosedForm form = ExactUpdate.exact().pseudoInverse();
        Matrix after =
                form.update(W0, COVARIANCE, GOLDEN.matrix("k_in_range"), VALUE).appliedTo(W0);
        // The stored key is rounded to float32 and so sticks out of the range a little.
        assertClose(after, GOLDEN.matrix("W1_pinv_in_range"), 1e-9);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> form.update(W0, COVARIANCE, GOLDEN.matrix("k_generic"), VALUE))
                .withMessageContainingAll("outside the span", "withRidge");
    }

    @Test
    void repeatedKeysAreRefusedUnlessAllowed() {
        Matrix keys = GOLDEN.matrix("dup_K");
        Matrix values = GOLDEN.matrix("dup_V");
        ExactUpdate ridged = ExactUpdate.exact().withRidge(1e-2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ridged.update(W0, COVARIANCE, keys, values))
                .withMessageContaining("rank 2");
        Matrix after = ridged.allowingDependentKeys()
                .update(W0, COVARIANCE, keys, values)
                .appliedTo(W0);
        assertClose(after, GOLDEN.matrix("W1_dup_pinv"), 1e-9);
        assertClose(after.multiply(keys), values, 1e-6);
    }

    @Test
    void repeatedKeysAreNoProblemForASoftForm() {
        KeyCovariance ridged = StreamedKeyCovariance.of(C.plusDiagonal(1e-2 * C.trace() / 32), 400);
        Matrix after = MemitUpdate.of(1)
                .update(W0, ridged, GOLDEN.matrix("dup_K"), GOLDEN.matrix("dup_V"))
                .appliedTo(W0);
        assertClose(after, GOLDEN.matrix("W1_dup_memit_lam1"), 1e-9);
    }
}
