package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.tape.TrainingFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class DomainExpansionTest {
    private static final DomainExpansion EXPANSION =
            Quick.expansion(Quick.dark("dark"), Quick.red("red")).iterations(4).reportEvery(2);
    private static Generator avatars = Avatars.load();

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    private static Path whole;

    @BeforeAll
    static void trainUninterrupted() throws IOException {
        ComputeThreads.use(1);
        whole = shared.resolve("whole.safetensors");
        save(EXPANSION.train(avatars), whole);
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    private static void save(ExpandedGenerator generator, Path file) throws IOException {
        try (generator) {
            generator.save(file);
        }
    }

    private static RewriteListener stoppingAt(int step) {
        return progress -> !progress.stage().text().startsWith("expanding") || progress.step() < step;
    }

    /** An expansion by one dark world, and what its base and its domain are worth. */
    private record Outcome(double preserved, double before, double after) {
        static Outcome of(double replay, int steps) {
            LatentNetwork network = LatentNetwork.of(avatars);
            ExpansionPlan plan = Quick.plan(network, Quick.dark("dark"));
            try (ExpandedGenerator expanded = Quick.trained(network, plan, Quick.replaying(replay, steps))) {
                INDArray source = Quick.base(network, plan.subspaces(), 8);
                INDArray wanted = source.mul(0.5).subi(0.5);
                INDArray untrained = Quick.images(
                        network, network.parameters(), Quick.projected(network, plan.subspaces(), 8, 0), null);
                return new Outcome(
                        Quick.PSNR.mean(Quick.drawn(expanded, null, 8), source),
                        Quick.l1(untrained, wanted),
                        Quick.l1(Quick.drawn(expanded, "dark", 8), wanted));
            }
        }
    }

    /** Without the replay the domain leaks into the old images (figure 4 of the paper). */
    @Test
    void theDomainMovesAndTheBaseStaysBecauseItIsReplayed() {
        Outcome replayed = Outcome.of(10, 40);
        Outcome alone = Outcome.of(0, 20);
        assertThat(replayed.after).as("from %s", replayed.before).isLessThan(0.6 * replayed.before);
        assertThat(alone.after).isLessThan(0.6 * alone.before);
        assertThat(replayed.preserved).isGreaterThan(28);
        assertThat(alone.preserved).isLessThan(25);
    }

    @Test
    void theCurveSaysHowTheLossesFell() {
        try (ExpandedGenerator expanded = Quick.expansion(Quick.dark("dark"))
                .iterations(12)
                .reportEvery(6)
                .train(avatars)) {
            List<ExpansionPoint> curve =
                    ExpansionPoint.parse(String.valueOf(expanded.notes().get("curve")));
            assertThat(curve).extracting(ExpansionPoint::step).containsExactly(6L, 12L);
            assertThat(curve.get(1).domains().get(0))
                    .isLessThan(curve.get(0).domains().get(0));
            assertThat(expanded.notes())
                    .containsEntry("mode", "data-free")
                    .containsEntry("seed", "7")
                    .containsEntry("steps", "12")
                    .containsEntry("dark.kind", "image transform");
        }
    }

    @Test
    void aSeedDecidesEveryBitOnOneThreadAndOnTwo() throws IOException {
        Path one = folder.resolve("one.safetensors");
        save(EXPANSION.threads(1).train(avatars), one);
        assertThat(one).hasSameBinaryContentAs(whole);
        Path other = folder.resolve("other.safetensors");
        save(EXPANSION.seed(8).iterations(2).train(avatars), other);
        assertThat(Files.mismatch(other, whole)).isNotNegative();
    }

    @Test
    void aCancelledTrainingIsResumedAndEndsAsIfItHadNotBeen() throws IOException {
        DomainExpansion kept = EXPANSION.checkpoints(folder);
        assertThatExceptionOfType(RewriteCancelledException.class).isThrownBy(() -> kept.train(avatars, stoppingAt(3)));
        assertThat(folder.resolve("checkpoint.safetensors")).exists();
        List<Integer> steps = new ArrayList<>();
        Path resumed = folder.resolve("resumed.safetensors");
        save(
                kept.resume(avatars, progress -> {
                    if (progress.stage().text().startsWith("expanding")) {
                        steps.add(progress.step());
                    }
                    return true;
                }),
                resumed);
        assertThat(steps).containsExactly(3, 4);
        assertThat(resumed).hasSameBinaryContentAs(whole);
    }

    @Test
    void aFullDiskLeavesTheFormerCheckpoint() throws IOException {
        int[] writes = {0};
        TrainingFile failing = new TrainingFile(
                folder,
                "expansion-checkpoint",
                (file, content) -> AtomicFile.write(file, out -> {
                    content.writeTo(out);
                    if (writes[0]++ == 1) {
                        throw new IOException("No space left on device");
                    }
                }));
        assertThatExceptionOfType(RewriteException.class)
                .isThrownBy(() -> EXPANSION.checkpoints(failing).train(avatars))
                .withMessageContaining("stopped at step 4")
                .withMessageContaining("No space left");
        Path resumed = folder.resolve("resumed.safetensors");
        save(EXPANSION.checkpoints(folder).resume(avatars, RewriteListener.SILENT), resumed);
        assertThat(resumed).hasSameBinaryContentAs(whole);
    }

    @Test
    void aCheckpointOfAnotherTrainingIsRefused() {
        DomainExpansion kept = EXPANSION.checkpoints(folder);
        assertThatExceptionOfType(RewriteCancelledException.class).isThrownBy(() -> kept.train(avatars, stoppingAt(2)));
        assertThatExceptionOfType(RewriteException.class)
                .isThrownBy(() -> kept.batch(3).resume(avatars, RewriteListener.SILENT))
                .withMessageContaining("batch (2 there, 3 now)");
        assertThatExceptionOfType(RewriteException.class)
                .isThrownBy(() -> Quick.expansion(Quick.dark("dark"), Quick.dark("blue"))
                        .checkpoints(folder)
                        .resume(avatars, RewriteListener.SILENT))
                .withMessageContaining("blue")
                .withMessageContaining("another directory");
        assertThatIllegalStateException()
                .isThrownBy(() -> EXPANSION.resume(avatars, RewriteListener.SILENT))
                .withMessageContaining("checkpoints(directory)");
    }

    @Test
    void aDamagedCheckpointIsNotUsed() throws IOException {
        Files.writeString(folder.resolve("checkpoint.safetensors"), "not a checkpoint");
        assertThatExceptionOfType(RewriteException.class)
                .isThrownBy(() -> EXPANSION.checkpoints(folder).resume(avatars, RewriteListener.SILENT))
                .withMessageContaining("cannot be used")
                .withMessageContaining("Remove it");
    }

    @Test
    void aStepDrawsAsManyImagesForTwentyDomainsAsForOne() {
        LatentNetwork network = LatentNetwork.of(avatars);
        AdaptationObjective[] twenty = new AdaptationObjective[20];
        for (int i = 0; i < twenty.length; i++) {
            twenty[i] = Quick.dark("dark" + i);
        }
        assertThat(drawn(network, Quick.dark("dark"))).isEqualTo(2 * 6).isEqualTo(drawn(network, twenty));
    }

    /** Images of two steps. */
    private static int drawn(LatentNetwork network, AdaptationObjective... objectives) {
        AtomicInteger count = new AtomicInteger();
        Quick.trained(
                        new WatchedNetwork(network, latents -> count.addAndGet(latents.size(0))),
                        Quick.plan(network, objectives),
                        2)
                .close();
        return count.get();
    }

    @Test
    void fewPhotosAreTaughtAtTheirAnchors() {
        LatentNetwork network = LatentNetwork.of(avatars);
        INDArray photos = avatars.generate(avatars.sample(3, 5)).muli(0.5).subi(0.5);
        FewShotReconstruction me = FewShotReconstruction.of("me", photos, network.latents(avatars.sample(3, 5)));
        try (ExpandedGenerator expanded = Quick.trained(network, Quick.plan(network, me), 30)) {
            var inputs = expanded.sample(3, 5);
            double before = Quick.l1(expanded.generate(inputs), photos);
            double after = Quick.l1(expanded.generate(expanded.at(inputs, "me")), photos);
            assertThat(after).as("from %s", before).isLessThan(0.7 * before);
        }
    }

    @Test
    void settingsThatMeanNothingAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DomainExpansion.withDomains(List.of()))
                .withMessageContaining("at least one domain");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EXPANSION.learningRates(0, 0))
                .withMessageContaining("nothing would be learnt");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EXPANSION.average(1))
                .withMessageContaining("decay");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EXPANSION.gradual(1))
                .withMessageContaining("share of gradual samples");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EXPANSION.seed(-1))
                .withMessageContaining("seed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EXPANSION.distance(0))
                .withMessageContaining("distance");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EXPANSION.replay(-1, 0))
                .withMessageContaining("weights of the replay");
    }
}
