package io.github.rewrite4j.samediff.closedform;

import static io.github.rewrite4j.samediff.Matrices.assertClose;
import static io.github.rewrite4j.samediff.Matrices.largest;
import static org.assertj.core.api.Assertions.assertThat;

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

/** Against values of an independent implementation in float64: 1e-9 from the stored C, 1e-8 from a C of our own. */
class OlamGoldenTest {
    private static final GoldenFile GOLDEN = GoldenFile.open("olam_linear");
    private static final Matrix W0 = GOLDEN.matrix("W0");
    private static final KeyCovariance STORED = StreamedKeyCovariance.of(GOLDEN.matrix("C"), 1024);
    private static final KeyCovariance COLLECTED = SecondMoment.ofDimension(64, Precision.FLOAT64)
            .addColumns(GOLDEN.array("K"))
            .toCovariance();

    private static void assertGolden(String name, ClosedForm form, String edit) {
        Matrix keys = GOLDEN.matrix(edit + ".Kstar");
        Matrix values = GOLDEN.matrix(edit + ".Vstar");
        Matrix expected = GOLDEN.matrix(edit + "." + name);
        assertClose(form.update(W0, STORED, keys, values).appliedTo(W0), expected, 1e-9);
        assertClose(form.update(W0, COLLECTED, keys, values).appliedTo(W0), expected, 1e-8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"S1", "S4", "S16"})
    void exact(String edit) {
        assertGolden("W1_kkt", ExactUpdate.exact(), edit);
        assertGolden("W1_kkt_ridge1e-3", ExactUpdate.exact().withRidge(1e-3), edit);
        LinearUpdate update =
                ExactUpdate.exact().update(W0, STORED, GOLDEN.matrix(edit + ".Kstar"), GOLDEN.matrix(edit + ".Vstar"));
        assertClose(update.lambda(), GOLDEN.matrix(edit + ".Lambda_kkt"), 1e-9);
        // Up to 2e4 large at a condition number of 1e6, so the tolerance is relative here.
        Matrix solved = GOLDEN.matrix(edit + ".D_CinvK");
        assertClose(update.directions().transpose(), solved, 1e-10 * largest(solved));
    }

    @Test
    void rome() {
        assertGolden("W1_rome", RomeUpdate.exact(), "S1");
        LinearUpdate update =
                RomeUpdate.exact().update(W0, STORED, GOLDEN.matrix("S1.Kstar"), GOLDEN.matrix("S1.Vstar"));
        assertClose(update.directions().transpose(), GOLDEN.matrix("S1.rome_u"), 1e-9);
        assertClose(update.lambda(), GOLDEN.matrix("S1.rome_v"), 1e-9);
    }

    @ParameterizedTest
    @CsvSource({"S1", "S4", "S16"})
    void softForms(String edit) {
        assertGolden("W1_memit_lam1", MemitUpdate.of(1), edit);
        assertGolden("W1_memit_lam100", MemitUpdate.of(100), edit);
        assertGolden("W1_memit_lam1", RidgeUpdate.of(1), edit);
        assertGolden("W1_memit_lam1_layersleft4", new MemitUpdate(1, 4, MemitUpdate.Spread.LINEAR), edit);
        assertGolden("W1_pmet_lam1_layersleft4", new MemitUpdate(1, 4, MemitUpdate.Spread.SQUARE_ROOT), edit);
        assertGolden("W1_emmet_a10_l0.1", new EmmetUpdate(10, 0.1), edit);
        assertGolden("W1_ridge_unit", RidgeUpdate.unit(1), edit);
        assertGolden("W1_uce_e1_p1_l0.5", UceUpdate.preserving(GOLDEN.matrix(edit + ".uce_Kpreserve"), 0.5), edit);
    }

    @ParameterizedTest
    @ValueSource(strings = {"S1", "S4", "S16"})
    void alphaEditSingleAndSequential(String edit) {
        AlphaEditUpdate first = AlphaEditUpdate.of(0.02, 0.01);
        assertGolden("W1_alphaedit_thr0.02_L2_0.01", first, edit);
        Matrix keys = GOLDEN.matrix(edit + ".Kstar");
        for (KeyCovariance c : new KeyCovariance[] {STORED, COLLECTED}) {
            Matrix w1 =
                    first.update(W0, c, keys, GOLDEN.matrix(edit + ".Vstar")).appliedTo(W0);
            Matrix w2 = first.after(keys)
                    .update(w1, c, GOLDEN.matrix(edit + ".alpha2_K"), GOLDEN.matrix(edit + ".alpha2_V"))
                    .appliedTo(w1);
            assertClose(w2, GOLDEN.matrix(edit + ".W2_alphaedit_seq"), c == STORED ? 1e-9 : 1e-8);
        }
    }

    @Test
    void spectrumAndNullSpace() {
        assertClose(AlphaEditUpdate.of(0.02, 1).projection(STORED), GOLDEN.matrix("alphaedit.P_thr0.02"), 1e-9);
        assertClose(Matrix.column(STORED.eigenvalues()), GOLDEN.matrix("alphaedit.singular_values"), 1e-10);
        assertThat(STORED.conditionNumber()).isBetween(961_059.3, 961_059.4);
    }

    @Test
    void singlePrecisionSumsStayWithinTheirPromise() {
        Matrix single = Matrix.of(SecondMoment.ofDimension(64)
                .addColumns(GOLDEN.array("K"))
                .toCovariance()
                .matrix());
        Matrix exact = GOLDEN.matrix("C");
        double relative =
                Math.sqrt(single.minus(exact).gram().trace() / exact.gram().trace());
        assertThat(relative).isBetween(1e-12, 1e-6);
    }
}
