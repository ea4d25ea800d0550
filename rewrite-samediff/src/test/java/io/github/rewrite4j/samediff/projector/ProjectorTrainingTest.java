package io.github.rewrite4j.samediff.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.memory.StrangersMemory;
import io.github.rewrite4j.samediff.tape.TrainingFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class ProjectorTrainingTest {
    private static Generator avatars = Avatars.load();
    private static AssociativeMemory memory = avatars.memory("layer5", "layer6");

    @TempDir
    private static Path shared;

    @TempDir
    private Path folder;

    /** The training of the default losses, and its file. */
    private static TrainedProjector trained;

    private static Path whole;

    @BeforeAll
    static void trainUninterrupted() throws IOException {
        ComputeThreads.use(1);
        trained = Pictures.trained(Pictures.quick(), memory);
        whole = shared.resolve("whole.safetensors");
        trained.save(whole);
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    private static RewriteListener stoppingAt(int step) {
        return progress -> !progress.stage().text().startsWith("training") || progress.step() < step;
    }

    @Test
    void aFewStepsReduceTheLosses() {
        TrainedProjector projector =
                Pictures.trained(Pictures.quick().iterations(30).evaluation(8, 15), memory);
        List<CurvePoint> curve = projector.curve();
        assertThat(curve).hasSize(2);
        CurvePoint first = curve.get(0);
        CurvePoint last = curve.get(1);
        assertThat(last.step()).isEqualTo(30);
        assertThat(last.pixels()).isLessThan(first.pixels());
        assertThat(last.dissimilarity()).isLessThan(0.9 * first.dissimilarity());
        assertThat(last.psnr()).isGreaterThan(first.psnr() + 1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1})
    void aKilledTrainingEndsAsAnUninterruptedOneBitForBit(double adversarial) throws IOException {
        ProjectorTraining training = Pictures.quick().losses(ProjectorLosses.DEFAULT.withAdversarial(adversarial));
        Path uninterrupted = adversarial == 0 ? whole : folder.resolve("whole.safetensors");
        if (adversarial > 0) {
            Pictures.trained(training, memory).save(uninterrupted);
        }
        Path resumed = folder.resolve("resumed.safetensors");

        ProjectorTraining kept = training.checkpoints(folder.resolve("kept"));
        assertThatExceptionOfType(RewriteCancelledException.class).isThrownBy(() -> kept.train(memory, stoppingAt(5)));
        List<Integer> steps = new ArrayList<>();
        kept.resume(memory, progress -> {
                    if (progress.stage().text().startsWith("training")) {
                        steps.add(progress.step());
                    }
                    return true;
                })
                .save(resumed);

        assertThat(steps).first().isEqualTo(5);
        assertThat(resumed).hasSameBinaryContentAs(uninterrupted);
    }

    /** A memory that offers the capability to be trained through is enough, whoever made it. */
    @Test
    void memoriesOfOthersAreLearntFromThroughTheirCapability() throws IOException {
        Path strangers = folder.resolve("strangers.safetensors");
        ProjectorTraining training = Pictures.quick().losses(ProjectorLosses.DEFAULT.withAdversarial(0));
        Pictures.trained(training, new StrangersMemory(memory)).save(strangers);
        assertThat(strangers).hasSameBinaryContentAs(whole);
    }

    @Test
    void resumingWithOtherSettingsIsRefused() {
        ProjectorTraining training = Pictures.quick().checkpoints(folder);
        assertThatExceptionOfType(RewriteCancelledException.class)
                .isThrownBy(() -> training.train(memory, stoppingAt(5)));
        assertThatExceptionOfType(RewriteException.class)
                .isThrownBy(() -> training.batch(8).resume(memory, RewriteListener.SILENT))
                .withMessageContaining("batch (2 there, 8 now)");
        assertThatIllegalStateException()
                .isThrownBy(() -> Pictures.quick().resume(memory, RewriteListener.SILENT))
                .withMessageContaining("checkpoints(directory)");
    }

    @Test
    void aDamagedCheckpointIsNotUsed() throws IOException {
        Files.writeString(folder.resolve("checkpoint.safetensors"), "not a checkpoint");
        assertThatExceptionOfType(RewriteException.class)
                .isThrownBy(() -> Pictures.quick().checkpoints(folder).resume(memory, RewriteListener.SILENT))
                .withMessageContaining("cannot be used")
                .withMessageContaining("Remove it");
    }

    @Test
    void aFullDiskLeavesTheFormerCheckpoint() throws IOException {
        int[] writes = {0};
        TrainingFile failing = new TrainingFile(
                folder,
                ProjectorTraining.CHECKPOINT,
                (file, content) -> AtomicFile.write(file, out -> {
                    content.writeTo(out);
                    if (writes[0]++ == 1) {
                        throw new IOException("No space left on device");
                    }
                }));
        ProjectorTraining training = Pictures.quick();
        assertThatExceptionOfType(RewriteException.class)
                .isThrownBy(() -> training.checkpoints(failing).train(memory, RewriteListener.SILENT))
                .withMessageContaining("stopped at step 4")
                .withMessageContaining("No space left");
        Path resumed = folder.resolve("resumed.safetensors");
        training.checkpoints(folder).resume(memory, RewriteListener.SILENT).save(resumed);
        assertThat(resumed).hasSameBinaryContentAs(whole);
    }

    @Test
    void aLossThatIsNotFiniteEndsTheTrainingWithASentence() {
        assertThatExceptionOfType(RewriteException.class)
                .isThrownBy(() -> Pictures.trained(Pictures.quick().learningRate(1e20), memory))
                .withMessageContaining("The training of the projector diverged")
                .withMessageContaining("at step")
                .withMessageContaining("Lower the learning rate, now 1.0E20");
    }

    @Test
    void picturesOfTheUserJoinAndChangeTheResult() {
        INDArray images = Avatars.random(3, 2, 3, 20, 30).muli(0.3);
        TrainedProjector with = Pictures.trained(Pictures.quick().pictures(images), memory);
        assertThat(with.spec().recipe().get("foreignPictures")).startsWith("2 pictures");
        assertThat(with.project(images)).isNotEqualTo(trained.project(images));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pictures.trained(Pictures.quick().pictures(Avatars.random(3, 2, 1, 20, 30)), memory))
                .withMessageContaining("1 channels, but the generator draws 3");
    }

    @Test
    void trainingStopsEarlyWhenNothingImproves() {
        TrainedProjector projector = Pictures.trained(
                Pictures.quick()
                        .learningRate(1e-12)
                        .evaluation(4, 1)
                        .patience(2)
                        .iterations(50),
                memory);
        assertThat(Integer.parseInt(projector.spec().recipe().get("steps"))).isLessThan(50);
    }
}
