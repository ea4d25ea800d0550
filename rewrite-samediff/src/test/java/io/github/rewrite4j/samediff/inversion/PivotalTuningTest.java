package io.github.rewrite4j.samediff.inversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class PivotalTuningTest {
    private static Generator avatars;
    private static INDArray foreign;
    private static InvertedPictures inverted;
    private static final PivotalTuning QUICK =
            PivotalTuning.ofRank(4).iterations(24).learningRate(0.03).locality(0.3, 1);

    @TempDir
    Path folder;

    @BeforeAll
    static void invert() {
        ComputeThreads.use(1);
        avatars = Avatars.load();
        foreign = avatars.generate(avatars.sample(2, 22)).muli(0.8).subi(0.1);
        inverted = Inversion.defaults().iterations(15).starts(1).invert(avatars, foreign);
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    @Test
    void theGeneratorDrawsThePicturesWithThePatch() throws IOException {
        Pivot pivot = QUICK.tune(avatars, inverted, foreign);
        assertThat(pivot.psnrAfter()).hasSize(2);
        for (int k = 0; k < 2; k++) {
            assertThat(pivot.psnrAfter().get(k))
                    .isGreaterThan(pivot.psnrBefore().get(k) + 3);
            assertThat(pivot.psnrBefore().get(k))
                    .isEqualTo(inverted.fits().get(k).psnr());
        }
        pivot.patch().save(folder.resolve("me.safetensors"));
        try (Generator mine = avatars.with(Patch.load(folder.resolve("me.safetensors")))) {
            assertThat(mine.generate(inverted.inputs())).isEqualTo(pivot.images());
        }
        assertThat(pivot.patch().deltas()).hasSize(9).allMatch(delta -> delta.rank() == 4);
    }

    @Test
    void theSameTuningGivesTheSamePatch() {
        PivotalTuning tuning = QUICK.iterations(4);
        assertThat(tuning.tune(avatars, inverted, foreign).patch())
                .isEqualTo(tuning.tune(avatars, inverted, foreign).patch());
    }

    @Test
    void localityKeepsOtherSamples() {
        INDArray others = avatars.generate(avatars.sample(8, 90));
        double held = changed(QUICK.locality(3, 2), others);
        double free = changed(QUICK.locality(0, 2), others);
        assertThat(held).isLessThan(0.7 * free);
    }

    private static double changed(PivotalTuning tuning, INDArray others) {
        try (Generator tuned = avatars.with(
                tuning.iterations(16).tune(avatars, inverted, foreign).patch())) {
            return tuned.generate(avatars.sample(8, 90)).distance2(others);
        }
    }

    @Test
    void onlyChosenLayersChangeAndEarlierPatchesAreRemembered() {
        Patch earlier = Avatars.patch(avatars, "layer5", 3);
        try (Generator patched = avatars.with(earlier)) {
            InvertedPictures found =
                    Inversion.defaults().iterations(3).starts(1).invert(patched, foreign);
            Patch patch = QUICK.iterations(2)
                    .layers(List.of("layer6", "layer8"))
                    .tune(patched, found, foreign)
                    .patch();
            assertThat(patch.deltas())
                    .extracting(WeightDelta::weight)
                    .containsExactly("layer6.conv.weight", "layer8.conv.weight");
            assertThat(patch.learntOn()).hasSize(1).allMatch(on -> on.id().equals(earlier.id()));
        }
    }

    @Test
    void theFactorsFollowTheSlopesOfTheWeight() {
        Parameter weight = Parameter.of("w", Avatars.random(3, 2, 3, 3, 3));
        float[] start = weight.value().clone();
        LowRankChange change = new LowRankChange(weight, 2, new SplittableRandom(1));
        Adam adam = new Adam(0, 0);
        change.trainedBy(adam, 0.1);
        double[] norms = new double[60];
        for (int step = 0; step < norms.length; step++) {
            change.apply();
            double norm = 0;
            for (int i = 0; i < start.length; i++) {
                double away = weight.value()[i] - 1.2 * start[i];
                norm += away * away;
                weight.gradient()[i] = (float) away;
            }
            norms[step] = norm;
            change.chain();
            adam.step(1 - step / 60.0);
        }
        assertThat(norms[59]).isLessThan(0.5 * norms[0]);
        change.apply();
        INDArray dense = change.delta().toDense();
        INDArray now = weight.toArray().sub(Nd4j.createFromArray(start).reshape(2, 3, 3, 3));
        assertThat(Differences.largest(dense, now)).isLessThan(1e-5);
        assertThat(weight.gradient()).containsOnly(0);
    }

    @Test
    void itCanBeCancelledAndRefusesWhatDoesNotFit() {
        assertThatThrownBy(() -> QUICK.tune(avatars, inverted, foreign, progress -> progress.step() < 2))
                .isInstanceOf(RewriteCancelledException.class);
        assertThatThrownBy(() -> QUICK.tune(avatars, inverted, foreign.dup().get(NDArrayIndex.interval(0, 1))))
                .hasMessageContaining("2 were inverted");
        assertThatThrownBy(() -> QUICK.layers(List.of("layer99")).tune(avatars, inverted, foreign))
                .hasMessageContainingAll("layer99", "layer");
        assertThatThrownBy(() -> PivotalTuning.ofRank(0)).hasMessageContaining("rank is 0");
    }
}
