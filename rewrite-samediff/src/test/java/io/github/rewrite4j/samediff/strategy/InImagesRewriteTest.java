package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.PatchSamples;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.Precision;
import io.github.rewrite4j.samediff.linalg.SecondMoment;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class InImagesRewriteTest {
    private static final Region EYE = Region.ellipse(40, 28, 5, 3.5);
    private static final Edit WINK = Edit.copy(Sample.of(1), EYE).pasteInto(Sample.range(1, 2000, 2004), EYE);

    private static Generator avatars;

    @BeforeAll
    static void open() throws Exception {
        avatars = Avatars.load();
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    @Test
    void aWinkIsLearntOnMoreSamplesThanTheEditNames() {
        Rewrite rewrite = InImagesRewrite.standard()
                .shownOn(16)
                .steps(24)
                .evaluatedOn(16, 2)
                .rewrite(avatars.memory("layer6"), WINK, RewriteListener.SILENT);

        RewriteReport.FreshSamples fresh = rewrite.report().fresh().orElseThrow();
        assertThat(fresh.success()).isGreaterThan(0.55);
        assertThat(fresh.outsidePsnr()).isGreaterThan(35);
        List<Sample> shown = PatchSamples.of(rewrite.patch()).orElseThrow().samples();
        assertThat(shown).hasSize(16).containsAll(Sample.range(1, 2000, 2004));
        assertThat(shown.subList(4, 16)).extracting(Sample::seed).containsOnly(5L);
    }

    @Test
    void aRankIsHeldAndTheEditsOwnPastesAreEnough() {
        Rewrite rewrite = InImagesRewrite.standard()
                .shownOn(1)
                .steps(20)
                .rank(3)
                .evaluatedOn(0, 2)
                .rewrite(avatars.memory("layer6"), WINK, RewriteListener.SILENT);
        assertThat(rewrite.report().rank()).hasValue(3);
        assertThat(rewrite.report().change().rank()).isEqualTo(3);
        assertThat(rewrite.patch().deltas()).singleElement().isInstanceOf(WeightDelta.LowRank.class);
        assertThat(PatchSamples.of(rewrite.patch()).orElseThrow().samples()).hasSize(4);
        assertThatThrownBy(() -> InImagesRewrite.standard().rank(0)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> InImagesRewrite.standard().shownOn(0)).hasMessageContaining("samples");
        assertThatThrownBy(() -> InImagesRewrite.standard().evaluatedOn(-1, 2)).hasMessageContaining("not negative");
    }

    @Test
    void aLowerRankLosesTheLeastOfWhatTheChangeDoesToKeys() {
        KeyCovariance covariance = avatars.memory("layer6").covariance(8, 1, RewriteListener.SILENT);
        Matrix moment = Matrix.of(covariance.matrix());
        INDArray random = Nd4j.createFromArray(
                        new Random(3).doubles(5 * 9L * moment.rows(), -0.5, 0.5).toArray())
                .reshape(5, moment.rows(), 3, 3);
        RankChoice choice = new RankChoice(new WeightDelta.Dense("w", random), covariance);
        double all = lost(choice.of(1).toDense().muli(0), random, moment);
        double last = all;
        for (int rank = 1; rank < 6; rank++) {
            double lost = lost(choice.of(rank).toDense(), random, moment);
            assertThat(lost).isLessThan(last);
            last = lost;
        }
        double whole = lost(choice.of(45).toDense(), random, moment);
        assertThat(whole / all).isCloseTo(0, within(1e-6));
        // Directions that are largest by themselves are not those that matter to keys.
        double plain = lost(
                new RankChoice(new WeightDelta.Dense("w", random), identity(moment.rows()))
                        .of(4)
                        .toDense(),
                random,
                moment);
        assertThat(lost(choice.of(4).toDense(), random, moment)).isLessThan(plain);
    }

    private static KeyCovariance identity(int size) {
        SecondMoment moment = SecondMoment.ofDimension(size, Precision.FLOAT64);
        moment.addRows(Nd4j.eye(size).castTo(DataType.DOUBLE));
        return moment.toCovariance();
    }

    /** tr(E C E') of what is left out. */
    private static double lost(INDArray lower, INDArray change, Matrix moment) {
        INDArray left = change.castTo(DataType.DOUBLE).sub(lower.castTo(DataType.DOUBLE));
        long[] s = left.shape();
        Matrix unfolded = Matrix.of(left.permute(1, 0, 2, 3).dup('c').reshape(s[1], s[0] * s[2] * s[3]));
        return unfolded.transposeMultiply(moment.multiply(unfolded)).trace();
    }

    @Test
    void anExceptionStaysAsItWas() {
        Region shirt = Region.rectangle(14, 56, 36, 8);
        Edit edit = Edit.copy(Sample.of(41), shirt).pasteInto(Sample.of(2000), shirt);
        try (Generator avatars = Avatars.load()) {
            AssociativeMemory memory = avatars.memory("layer6", "layer7");
            List<Sample> shown = Sample.range(5, 0, 3);
            List<Sample> exceptions = Sample.range(5, 3, 6);
            Patch patch = InImagesRewrite.standard()
                    .shownOn(shown, exceptions)
                    .steps(24)
                    .evaluatedOn(0, 2)
                    .rewrite(memory, edit)
                    .patch();
            assertThat(changed(EditPreview.of(memory, patch, edit, exceptions)))
                    .isLessThan(0.6 * changed(EditPreview.of(memory, patch, edit, shown)));
            assertThat(patch.notes().get("recipe")).contains("but not");
        }
    }

    /** Mean |after - before| under the object. */
    private static double changed(EditPreview preview) {
        float[] before = HostArrays.of(preview.before());
        float[] after = HostArrays.of(preview.after());
        float[] mask = HostArrays.of(preview.mask());
        double sum = 0;
        for (int i = 0; i < before.length; i++) {
            sum += mask[i % mask.length] > 0 ? Math.abs(after[i] - before[i]) : 0;
        }
        return sum / preview.subjects().size();
    }
}
