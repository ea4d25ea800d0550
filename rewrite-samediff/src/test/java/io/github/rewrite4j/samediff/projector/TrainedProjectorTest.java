package io.github.rewrite4j.samediff.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FingerprintMismatchException;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.NotFiniteException;
import io.github.rewrite4j.ProjectorSpec;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.Differences;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class TrainedProjectorTest {
    private static Generator avatars = Avatars.load();
    private static TrainedProjector projector =
            Pictures.trained(Pictures.quick().iterations(2), avatars.memory("layer6"));

    @TempDir
    private Path folder;

    @BeforeAll
    static void useOneThread() {
        ComputeThreads.use(1);
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    @Test
    void savedIsLoaded() throws IOException {
        Path file = folder.resolve("projector.safetensors");
        projector.noting("seconds", "12").save(file);
        TrainedProjector loaded = TrainedProjector.load(file);
        INDArray images = avatars.generate(avatars.sample(9, 4));
        assertThat(loaded.project(images)).isEqualTo(projector.project(images));
        assertThat(loaded.spec()).isEqualTo(projector.noting("seconds", "12").spec());
        assertThat(loaded.curve()).isEqualTo(projector.curve()).isNotEmpty();
        try (var stream = Files.newInputStream(file)) {
            assertThat(TrainedProjector.load(stream, "a stream").spec()).isEqualTo(loaded.spec());
        }
    }

    @Test
    void memoriesThatEndWithItsLayerFitAndNoOthers() {
        assertThatNoException().isThrownBy(() -> projector.requireFits(avatars.memory("layer6")));
        assertThatNoException().isThrownBy(() -> projector.requireFits(avatars.memory("layer4", "layer6")));
        assertThatExceptionOfType(RewriteException.class)
                .isThrownBy(() -> projector.requireFits(avatars.memory("layer6", "layer7")))
                .withMessageContaining("gives the values of 'layer6' (48 x 32 x 32)")
                .withMessageContaining("layer6..layer7 ends with 'layer7'");
    }

    @Test
    void derivativesFitWhoseDecoderIsUnchanged() {
        try (Generator before = avatars.with(Avatars.patch(avatars, "layer5", 1));
                Generator at = avatars.with(Avatars.patch(avatars, "layer6", 1));
                Generator behind = avatars.with(Avatars.patch(avatars, "layer8", 1))) {
            assertThatNoException().isThrownBy(() -> projector.requireFits(before.memory("layer6")));
            assertThatNoException().isThrownBy(() -> projector.requireFits(at.memory("layer6")));
            assertThatExceptionOfType(RewriteException.class)
                    .isThrownBy(() -> projector.requireFits(behind.memory("layer6")))
                    .withMessageContaining("other weights behind 'layer6'");
        }
    }

    @Test
    void anotherGeneratorIsRefused() {
        ProjectorSpec own = projector.spec();
        ProjectorSpec foreign = new ProjectorSpec(
                "0".repeat(64), own.decoderFingerprint(), own.layer(), own.valueShape(), 64, 64, own.recipe());
        assertThatExceptionOfType(FingerprintMismatchException.class)
                .isThrownBy(() -> foreign.requireFits(avatars.memory("layer6").spec()))
                .withMessageContaining("This projector was made for the generator with fingerprint 000000000000");
    }

    @Test
    void eachImageIsProjectedByItself() {
        INDArray images = avatars.generate(avatars.sample(11, 4));
        INDArray all = projector.project(images);
        INDArray last = projector.project(images.get(NDArrayIndex.interval(10, 11)));
        assertThat(all.shape()).containsExactly(11, 48, 32, 32);
        assertThat(all.get(NDArrayIndex.interval(10, 11)).sub(last).amaxNumber().doubleValue())
                .isLessThan(1e-4);
    }

    @Test
    void imagesOfOtherSizesAreResized() {
        INDArray flat = Nd4j.valueArrayOf(new long[] {1, 3, 64, 64}, 0.25f);
        INDArray large = Nd4j.valueArrayOf(new long[] {1, 3, 130, 97}, 0.25f);
        INDArray deviation = projector.project(large).sub(projector.project(flat));
        assertThat(deviation.amaxNumber().doubleValue()).isLessThan(1e-4);
    }

    @Test
    void imagesWithoutMeaningAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> projector.project(Nd4j.zeros(1, 1, 64, 64)))
                .withMessageContaining("[1, 1, 64, 64]")
                .withMessageContaining("[N, 3, height, width]");
        INDArray broken = Nd4j.zeros(2, 3, 64, 64);
        broken.putScalar(1, 0, 5, 5, Float.NaN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> projector.project(broken))
                .withMessageContaining("NaN in image 1");
        INDArray enormous = Nd4j.valueArrayOf(new long[] {2, 3, 64, 64}, 0.5f);
        enormous.putSlice(1, Nd4j.valueArrayOf(new long[] {3, 64, 64}, Float.MAX_VALUE));
        assertThatExceptionOfType(NotFiniteException.class)
                .isThrownBy(() -> projector.project(enormous))
                .withMessageContaining("The projected values are not finite")
                .withMessageContaining("sample 1")
                .withMessageContaining("[-1, 1]");
    }

    @Test
    void reconstructionsHaveTheSizeOfTheGenerator() {
        Reconstruction reconstruction = Reconstruction.through(projector, avatars.memory("layer5", "layer6"));
        Inputs inputs = avatars.sample(3, 4);
        INDArray images = avatars.generate(inputs);
        assertThat(reconstruction.ofSamples(images, inputs).shape()).containsExactly(3, 3, 64, 64);
        assertThat(reconstruction.ofPictures(Nd4j.zeros(2, 3, 50, 40)).shape()).containsExactly(2, 3, 64, 64);
        INDArray alike = reconstruction.ofPictures(Nd4j.zeros(2, 3, 64, 64));
        assertThat(alike.slice(0).sub(alike.slice(1)).amaxNumber().doubleValue())
                .isLessThan(1e-4);
    }

    @Test
    void aPictureIsDrawnAgainInTheStyleThatSuitsItBest() {
        AssociativeMemory memory = avatars.memory("layer5", "layer6");
        Reconstruction reconstruction = Reconstruction.through(projector, memory);
        INDArray pictures = avatars.generate(avatars.sample(3, 4));
        Reconstruction.Redrawn redrawn = reconstruction.redraw(pictures);
        INDArray values = projector.project(pictures);
        double better = 0;
        for (int n = 0; n < 3; n++) {
            INDArray value = values.slice(n).reshape(1, 48, 32, 32);
            INDArray picture = pictures.slice(n);
            INDArray inMean =
                    memory.decode(new Values(value, MeanSides.of(memory))).slice(0);
            double found = distance(redrawn.images().slice(n), picture);
            assertThat(found).isLessThanOrEqualTo(distance(inMean, picture) + 1e-6);
            better += distance(inMean, picture) - found;
            redrawn.styles().get(n).ifPresent(sample -> {
                Values own = memory.values(memory.keys(memory.sampler().at(List.of(sample))));
                assertThat(distance(memory.decode(own.withTensor(value)).slice(0), picture))
                        .isCloseTo(found, within(1e-4));
            });
        }
        assertThat(better).isPositive();
        assertThat(redrawn.losses(pictures)).hasSize(3);
    }

    private static double distance(INDArray a, INDArray b) {
        double[] first = Differences.doubles(a);
        double[] second = Differences.doubles(b);
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            sum += Math.abs(Math.max(-1, Math.min(1, first[i])) - second[i]);
        }
        return sum / first.length;
    }

    @ParameterizedTest
    @CsvSource({
        "kind, patch, this is no projector",
        "version, 2, use a newer library",
        "values, 48 32, 'expected channels, height and width'",
        "values, 47 32 32, expected",
        "recipe.stemChannels, 60000, expected",
        "recipe.residualBlocks, 100000, there are only",
        "decoder, '', the metadata lacks it",
    })
    void filesThatAreNoProjectorsSayWhy(String key, String value, String message) throws IOException {
        Path file = folder.resolve("projector.safetensors");
        projector.save(file);
        SafeTensorsWriter writer = new SafeTensorsWriter();
        try (SafeTensors tensors = SafeTensors.open(file)) {
            for (String name : tensors.names()) {
                writer.add(name, tensors.load(name));
            }
            tensors.metadata().forEach(writer::metadata);
        }
        Map.of(key, value).forEach(writer::metadata);
        writer.write(file);
        assertThatExceptionOfType(FileFormatException.class)
                .isThrownBy(() -> TrainedProjector.load(file))
                .withMessageContaining(message);
    }
}
