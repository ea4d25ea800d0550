package io.github.rewrite4j.samediff.generator.rosinality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.latent.LegacyNumpyRandom;
import io.github.rewrite4j.samediff.generator.style.MissingNoise;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import io.github.rewrite4j.samediff.generator.style.Stylegan2Golden;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Checkpoints as they are found in public: without noise maps, or as the decoder of an encoder. */
class PublicCheckpointsTest {
    private static final int LATENTS = 8;

    @TempDir
    Path folder;

    private Path write(String name, Map<String, INDArray> state) throws IOException {
        return Stylegan2Golden.write(folder.resolve(name), state);
    }

    private static Map<String, INDArray> withoutNoise() throws IOException {
        Map<String, INDArray> state = Stylegan2Golden.state();
        state.keySet().removeIf(name -> name.startsWith("noises."));
        return state;
    }

    private static Map<String, INDArray> decoder(INDArray means) throws IOException {
        Map<String, INDArray> state = new TreeMap<>();
        Stylegan2Golden.state().forEach((name, tensor) -> state.put("decoder." + name, tensor));
        state.remove("decoder.latent_avg");
        state.put("encoder.input_layer.0.weight", Nd4j.zeros(2, 2));
        state.put("latent_avg", means);
        return state;
    }

    private static INDArray images(Path file, double psi) throws IOException {
        try (Generator generator = StyleGan2.load(file)) {
            return generator.generate(Stylegan2Golden.inputs(psi));
        }
    }

    private static double difference(INDArray a, INDArray b) {
        return Stylegan2Golden.maxAbs(a.sub(b)) / Stylegan2Golden.maxAbs(b);
    }

    @Test
    void noise_that_is_missing_is_that_of_numpy_map_after_map() throws IOException {
        // numpy.random.RandomState(0).randn(80)[[0, 15, 16, 79]]
        LegacyNumpyRandom stream = new LegacyNumpyRandom(0);
        INDArray first = MissingNoise.map(stream, 4);
        INDArray second = MissingNoise.map(stream, 8);
        assertThat(first.getFloat(0)).isEqualTo(1.7640524f);
        assertThat(first.getFloat(0, 0, 3, 3)).isEqualTo(0.33367434f);
        assertThat(second.getFloat(0)).isEqualTo(1.4940791f);
        assertThat(second.shape()).containsExactly(1, 1, 8, 8);

        Map<String, INDArray> filled = withoutNoise();
        LegacyNumpyRandom again = new LegacyNumpyRandom(0);
        for (int k = 0; k < 7; k++) {
            filled.put("noises.noise_" + k, MissingNoise.map(again, 4 << ((k + 1) / 2)));
        }
        Path bare = write("bare.safetensors", withoutNoise());
        Path full = write("full.safetensors", filled);
        assertThat(images(bare, 1)).isEqualTo(images(full, 1));
        try (Generator drawn = StyleGan2.load(bare);
                Generator given = StyleGan2.load(full, MissingNoise.none());
                Generator other = StyleGan2.load(bare, MissingNoise.seeded(1));
                Generator silent = StyleGan2.load(bare, MissingNoise.none())) {
            assertThat(drawn.spec().fingerprint()).isEqualTo(given.spec().fingerprint());
            assertThat(drawn.spec().fingerprint())
                    .isNotEqualTo(other.spec().fingerprint())
                    .isNotEqualTo(silent.spec().fingerprint());
            assertThat(silent.spec().architecture()).endsWith(", without noise");
            assertThat(difference(
                            silent.generate(Stylegan2Golden.inputs(1)), Stylegan2Golden.tensor("image_zero_noise")))
                    .isLessThan(2e-4);
            assertThat(difference(other.generate(Stylegan2Golden.inputs(1)), drawn.generate(Stylegan2Golden.inputs(1))))
                    .isGreaterThan(1e-3);
        }
        assertThat(StyleGan2.estimate(bare).notes())
                .containsExactly("The checkpoint holds no noise maps; fixed noise is drawn from RandomState(0).");
        assertThat(StyleGan2.estimate(full).notes()).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> MissingNoise.seeded(-1));
    }

    /** Maps that are lost from among others are not drawn: the file is damaged, and its pictures would be others. */
    @Test
    void a_checkpoint_with_some_of_its_noise_maps_is_refused_by_those_that_are_missing() throws IOException {
        Map<String, INDArray> state = Stylegan2Golden.state();
        state.remove("noises.noise_2");
        state.remove("noises.noise_5");
        Path file = write("part.safetensors", state);
        assertThatThrownBy(() -> StyleGan2.load(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll(
                        "part.safetensors", "missing, noises.noise_2, noises.noise_5", "leave out all");
    }

    /** A generator one channel wide, without noise maps. */
    private static Map<String, INDArray> narrow(int doublings, int latent) {
        Map<String, INDArray> state = new TreeMap<>();
        state.put("input.input", Nd4j.ones(1, 1, 4, 4));
        state.put("style.1.weight", Nd4j.ones(latent, latent));
        state.put("style.1.bias", Nd4j.ones(latent));
        for (int k = 0; k <= 2 * doublings; k++) {
            String name = RosinalityLayout.convolution(k);
            convolution(state, name, latent, Nd4j.ones(1, 1, 1, 3, 3));
            state.put(name + ".noise.weight", Nd4j.ones(1));
            state.put(name + ".activate.bias", Nd4j.ones(1));
            if (RosinalityLayout.isUp(k)) {
                state.put(name + ".conv.blur.kernel", Nd4j.ones(4, 4));
            }
            if (RosinalityLayout.hasRgb(k)) {
                convolution(state, RosinalityLayout.rgb(k), latent, Nd4j.ones(1, 3, 1, 1, 1));
                state.put(RosinalityLayout.rgb(k) + ".bias", Nd4j.ones(1, 3, 1, 1));
                if (k > 0) {
                    state.put(RosinalityLayout.rgb(k) + ".upsample.kernel", Nd4j.ones(4, 4));
                }
            }
        }
        return state;
    }

    private static void convolution(Map<String, INDArray> state, String name, int latent, INDArray weight) {
        state.put(name + ".conv.weight", weight);
        state.put(name + ".conv.modulation.weight", Nd4j.ones(1, latent));
        state.put(name + ".conv.modulation.bias", Nd4j.ones(1));
    }

    @Test
    void a_small_file_cannot_ask_for_noise_without_end() throws IOException {
        Path small = write("small.safetensors", narrow(2, 2));
        StyleGan2.load(small).close();
        Path tall = write("tall.safetensors", narrow(10, 2));
        assertThat(tall).satisfies(file -> assertThat(file.toFile().length()).isLessThan(50_000));
        assertThatThrownBy(() -> StyleGan2.load(tall))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("tall.safetensors", "memory");
        Path flat = write("flat.safetensors", narrow(2, 1));
        assertThatThrownBy(() -> StyleGan2.load(flat)).hasMessageContaining("a latent of one dimension");
    }

    @Test
    void a_mean_that_is_missing_is_said() throws IOException {
        Map<String, INDArray> state = Stylegan2Golden.state();
        state.remove("latent_avg");
        assertThat(StyleGan2.estimate(write("no-mean.safetensors", state)).notes())
                .singleElement()
                .asString()
                .contains("no 'latent_avg'", "mean of 10000 mapped samples");
    }

    @Test
    void the_decoder_of_an_encoder_is_the_generator_with_its_repeated_mean() throws IOException {
        INDArray mean = Objects.requireNonNull(Stylegan2Golden.state().get("latent_avg"));
        Path file = write("encoder.safetensors", decoder(mean.reshape(1, 64).repeat(0, LATENTS)));
        assertThat(difference(images(file, 0.7), Stylegan2Golden.tensor("image_trunc0.7")))
                .isLessThan(2e-4);
        Path plain = write("plain.safetensors", Stylegan2Golden.state());
        try (Generator decoder = StyleGan2.load(file);
                Generator generator = StyleGan2.load(plain)) {
            assertThat(decoder.spec().fingerprint()).isEqualTo(generator.spec().fingerprint());
            assertThat(decoder.layers()).isEqualTo(generator.layers());
        }
    }

    @Test
    void means_that_differ_pull_each_layer_to_its_own() throws IOException {
        double psi = 0.6;
        INDArray means = Nd4j.create(LATENTS, 64);
        LegacyNumpyRandom random = new LegacyNumpyRandom(7);
        for (int i = 0; i < means.length(); i++) {
            means.putScalar(i, (float) random.nextGaussian() / 2);
        }
        Path file = write("means.safetensors", decoder(means));
        // The same by other means: what the mean of a layer adds to the common one, put into the bias of its
        // modulation.
        INDArray common = means.mean(true, 0);
        Map<String, INDArray> folded = Stylegan2Golden.state();
        folded.put("latent_avg", common.reshape(64));
        for (int k = 0; k < 7; k++) {
            fold(folded, RosinalityLayout.convolution(k), means.getRow(k, true).sub(common), psi);
            if (RosinalityLayout.hasRgb(k)) {
                fold(folded, RosinalityLayout.rgb(k), means.getRow(k + 1, true).sub(common), psi);
            }
        }
        Path other = write("folded.safetensors", folded);
        assertThat(difference(images(file, psi), images(other, psi))).isLessThan(1e-4);
        assertThat(difference(images(file, 1), Stylegan2Golden.tensor("image"))).isLessThan(2e-4);
        assertThat(difference(images(file, psi), images(write("plain.safetensors", Stylegan2Golden.state()), psi)))
                .isGreaterThan(1e-2);
    }

    private static void fold(Map<String, INDArray> state, String layer, INDArray moved, double psi) {
        INDArray weight = Objects.requireNonNull(state.get(layer + ".conv.modulation.weight"));
        INDArray bias = Objects.requireNonNull(state.get(layer + ".conv.modulation.bias"));
        INDArray added =
                moved.mmul(weight.transpose()).mul((1 - psi) / Math.sqrt(64)).reshape(bias.shape());
        state.put(layer + ".conv.modulation.bias", bias.add(added));
    }
}
