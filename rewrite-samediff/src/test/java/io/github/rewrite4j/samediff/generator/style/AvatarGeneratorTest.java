package io.github.rewrite4j.samediff.generator.style;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.UnknownLayerException;
import io.github.rewrite4j.WeightShape;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.GoldenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class AvatarGeneratorTest {
    private static Generator avatars;

    @BeforeAll
    static void load() {
        avatars = Avatars.load();
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    @Test
    void samplesAreRowsOfTheLegacyStream() {
        INDArray golden = GoldenFile.open("zrng").array("z_seed1_first8x64");
        List<Sample> samples = Sample.list(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(Differences.bits(avatars.sampler().at(samples).get("z"))).isEqualTo(Differences.bits(golden));
        assertThat(Differences.bits(avatars.sample(8, 1).get("z"))).isEqualTo(Differences.bits(golden));
    }

    @Test
    void fewerSamplesAreAPrefixOfMore() {
        INDArray few = avatars.sample(5, 77).get("z");
        INDArray many = avatars.sample(40, 77).get("z");
        assertThat(Differences.bits(few)).isEqualTo(Differences.bits(many.get(NDArrayIndex.interval(0, 5))));
    }

    @Test
    void samplesComeInTheOrderAskedForWhateverTheirSeeds() {
        List<Sample> mixed = List.of(new Sample(5, 3), Sample.of(9), new Sample(5, 0), Sample.of(9));
        INDArray z = avatars.sampler().at(mixed).get("z");
        for (int i = 0; i < mixed.size(); i++) {
            Sample sample = mixed.get(i);
            INDArray alone = avatars.sample(sample.index() + 1, sample.seed()).get("z");
            assertThat(Differences.bits(z.getRow(i))).isEqualTo(Differences.bits(alone.getRow(sample.index())));
        }
    }

    @Test
    void batchesGiveWhatSingleSamplesGive() {
        Inputs inputs = avatars.sample(17, 3);
        INDArray together = avatars.generate(inputs);
        assertThat(together.shape()).containsExactly(17, 3, 64, 64);
        for (int i : new int[] {0, 7, 15, 16}) {
            INDArray alone = avatars.generate(inputs.slice(i, i + 1));
            assertThat(Differences.largest(alone, together.get(NDArrayIndex.interval(i, i + 1))))
                    .as("float32 rounding; kernels differ by batch size")
                    .isLessThan(3e-5);
        }
    }

    @Test
    void layersAreThoseOfTheCheckpoint() {
        List<Layer> layers = avatars.layers();
        assertThat(layers)
                .extracting(Layer::name)
                .containsExactly(
                        "layer0", "layer1", "layer2", "layer3", "layer4", "layer5", "layer6", "layer7", "layer8");
        assertThat(layers).extracting(Layer::index).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(layers.get(5))
                .isEqualTo(new Layer(
                        "layer5",
                        5,
                        "layer5.conv.weight",
                        new WeightShape(48, 96, 3, 3),
                        new FeatureShape(96, 16, 16),
                        new FeatureShape(48, 16, 16),
                        48 * 96 * 9 + 48 + 96 * 64 + 96));
        assertThat(layers)
                .extracting(layer -> layer.keyShape().height())
                .containsExactly(4, 4, 8, 8, 16, 16, 32, 32, 64);
        assertThat(avatars.spec().parameters()).isEqualTo(775_651);
        assertThat(avatars.spec().imageChannels()).isEqualTo(3);
        assertThat(avatars.spec().imageHeight()).isEqualTo(64);
        assertThat(avatars.spec().imageWidth()).isEqualTo(64);
    }

    @Test
    void anUnknownLayerIsAnsweredWithNearNames() {
        assertThatThrownBy(() -> avatars.memory("layer55"))
                .isInstanceOf(UnknownLayerException.class)
                .hasMessageContaining("'layer55'")
                .hasMessageContaining("Nearest names: 'layer5'");
        assertThatThrownBy(() -> avatars.memory("zzzzzzzzzzzz"))
                .isInstanceOf(UnknownLayerException.class)
                .hasMessageContaining("layer0, layer1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> avatars.memory("layer5", "layer3"))
                .withMessageContaining("'layer3' comes before 'layer5'");
    }

    @Test
    void aTruncationThatIsLeftOutIsThatOfTheSamples() {
        Inputs drawn = avatars.sample(2, 1);
        assertThat(avatars.generate(Inputs.of("z", drawn.get("z")))).isEqualTo(avatars.generate(drawn));
    }

    @Test
    void wrongInputsAreRefusedByName() {
        assertThatThrownBy(() -> avatars.generate(Inputs.of("x", Nd4j.zeros(2, 64))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'z'");
        Inputs wide = avatars.sample(2, 1).with("z", Avatars.random(1, 2, 65));
        assertThatThrownBy(() -> avatars.generate(wide))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("'z'")
                .hasMessageContaining("[2, 65]")
                .hasMessageContaining("64");
        assertThatThrownBy(() -> avatars.memory("layer3").keys(wide))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("'z'");
    }

    @Test
    void inputsOfAnyTypeAndOrderAreReadAlikeAndLeftAlone() {
        Inputs inputs = avatars.sample(3, 8);
        INDArray images = avatars.generate(inputs);
        INDArray z = inputs.get("z");
        int[] before = Differences.bits(z);
        INDArray turned = z.dup('f');
        INDArray view = Nd4j.concat(0, z, z).get(NDArrayIndex.interval(3, 6));
        assertThat(Differences.largest(avatars.generate(inputs.with("z", turned)), images))
                .isLessThan(1e-6);
        assertThat(Differences.largest(avatars.generate(inputs.with("z", view)), images))
                .isLessThan(1e-6);
        assertThat(Differences.bits(z)).isEqualTo(before);
    }

    @Test
    void severalThreadsSeeWhatOneSees() throws Exception {
        List<INDArray> alone = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            alone.add(avatars.generate(avatars.sample(3, 100 + i)));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<INDArray>> together = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int seed = 100 + i;
                together.add(threads.submit(() -> avatars.generate(avatars.sample(3, seed))));
            }
            for (int i = 0; i < 8; i++) {
                assertThat(Differences.largest(together.get(i).get(), alone.get(i)))
                        .isLessThan(1e-6);
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void theFingerprintIsStableAndChangesWithAnyWeight(@TempDir Path folder) throws IOException {
        try (Generator again = Avatars.load();
                Generator other = altered(folder, "torgb.bias", 0, 0.5f)) {
            assertThat(again.spec()).isEqualTo(avatars.spec());
            assertThat(again.spec().fingerprint())
                    .matches("[0-9a-f]{64}")
                    .isEqualTo(avatars.spec().baseFingerprint());
            assertThat(other.spec().fingerprint()).isNotEqualTo(avatars.spec().fingerprint());
        }
    }

    @Test
    void aWeightThatIsNotFiniteOrMissingIsNamed(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> altered(folder, "layer2.style.bias", 3, Float.NaN))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("layer2.style.bias")
                .hasMessageContaining("NaN");
        Map<String, INDArray> tensors = tensors();
        tensors.remove("layer4.style.bias");
        Path file = folder.resolve("incomplete.safetensors");
        SafeTensors.write(file, tensors, Map.of());
        assertThatThrownBy(() -> StyleGan2.load(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("layer4.style.bias")
                .hasMessageContaining("missing");
    }

    private static Map<String, INDArray> tensors() throws IOException {
        Map<String, INDArray> tensors = new TreeMap<>();
        try (SafeTensors file = SafeTensors.open(Avatars.file())) {
            for (String name : file.names()) {
                tensors.put(name, file.load(name));
            }
        }
        return tensors;
    }

    private static Generator altered(Path folder, String name, int at, float value) throws IOException {
        Map<String, INDArray> tensors = tensors();
        tensors.get(name).putScalar(at, value);
        Path file = folder.resolve("altered.safetensors");
        SafeTensors.write(file, tensors, Map.of());
        return StyleGan2.load(file);
    }

    @Test
    void truncationPullsImagesTowardsTheMean() {
        try (Generator safe = StyleGan2.truncated(avatars, 0.5);
                Generator mean = StyleGan2.truncated(avatars, 0)) {
            INDArray images = mean.generate(mean.sample(2, 4));
            assertThat(Differences.largest(
                            images.get(NDArrayIndex.interval(0, 1)), images.get(NDArrayIndex.interval(1, 2))))
                    .isLessThan(1e-5);
            assertThat(safe.sampler().id()).isNotEqualTo(avatars.sampler().id());
            assertThat(Differences.largest(safe.generate(safe.sample(2, 4)), avatars.generate(avatars.sample(2, 4))))
                    .isGreaterThan(0.1);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StyleGan2.truncated(avatars, -0.1))
                .withMessageContaining("-0.1");
    }
}
