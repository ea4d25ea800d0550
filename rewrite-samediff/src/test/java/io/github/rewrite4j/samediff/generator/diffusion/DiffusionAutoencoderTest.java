package io.github.rewrite4j.samediff.generator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.GeneratorFile;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.samediff.GoldenFile;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DiffusionAutoencoderTest {
    private static final GoldenFile GOLDEN = GoldenFile.resource("/diffae/diffae_ckpt_golden.safetensors");

    @TempDir
    static Path folder;

    private static Path checkpoint;
    private static DiffusionAutoencoder generator;

    @BeforeAll
    static void load() throws IOException {
        checkpoint = folder.resolve("last.ckpt");
        try (InputStream in = Objects.requireNonNull(
                DiffusionAutoencoderTest.class.getResourceAsStream("/diffae/diffae_tiny_lightning.ckpt"))) {
            Files.copy(in, checkpoint);
        }
        generator = DiffusionAutoencoder.load(checkpoint);
    }

    @AfterAll
    static void close() {
        generator.close();
    }

    private static double apart(INDArray a, INDArray b) {
        return a.sub(b).amaxNumber().doubleValue();
    }

    @Test
    void the_averaged_weights_of_a_checkpoint_are_read() {
        Inputs inputs = generator.encode(GOLDEN.array("ckpt.image"), 10);
        assertThat(apart(inputs.get("z"), GOLDEN.array("ckpt.z_sem"))).isLessThan(2e-5);
        assertThat(apart(inputs.get("z"), GOLDEN.array("ckpt.z_sem_of_model_not_ema")))
                .isGreaterThan(1e-2);
        assertThat(apart(inputs.get("xT"), GOLDEN.array("ckpt.xT"))).isLessThan(5e-4);
        INDArray again =
                generator.generate(Inputs.of("z", GOLDEN.array("ckpt.z_sem")).with("xT", GOLDEN.array("ckpt.xT")));
        assertThat(apart(again, GOLDEN.array("ckpt.recon"))).isLessThan(5e-3);
    }

    @Test
    void it_is_a_generator_of_the_registry() throws IOException {
        try (GeneratorFile file = GeneratorFile.open(checkpoint)) {
            var estimate = GeneratorFamilies.installed().estimate(file, LoadOptions.none());
            assertThat(estimate.imageHeight()).isEqualTo(32);
            assertThat(estimate.parameters()).isEqualTo(generator.spec().parameters());
        }
        Path saved = folder.resolve("saved.safetensors");
        generator.save(saved);
        try (Generator loaded = GeneratorFamilies.installed().open(saved, LoadOptions.none())) {
            assertThat(loaded.spec()).isEqualTo(generator.spec());
            INDArray images = loaded.generate(loaded.sample(3, 4));
            assertThat(images.shape()).containsExactly(3, 3, 32, 32);
            assertThat(images).isEqualTo(generator.generate(generator.sample(3, 4)));
        }
    }

    @Test
    void samples_lie_about_the_mean_of_the_checkpoint() {
        LatentNetwork network = LatentNetwork.of(generator);
        INDArray latents = network.latents(generator.sample(64, 1));
        double[] mean = network.mean();
        for (int i = 0; i < mean.length; i++) {
            double sum = 0;
            for (int n = 0; n < 64; n++) {
                sum += latents.getDouble(n, i) / 64;
            }
            assertThat(Math.abs(sum - mean[i])).isLessThan(1);
        }
        assertThat(network.readers()).hasSize(10);
        assertThat(network.placed(network.at(latents.reshape(64, 1, 16).dup())).reshape(64, 16))
                .isEqualTo(latents);
    }

    @Test
    void its_layers_are_not_cut_and_it_says_why() {
        assertThat(generator.layers()).isEmpty();
        assertThatThrownBy(() -> generator.memory("out.2"))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("once in every step");
    }

    @Test
    void other_files_say_what_is_missing() throws IOException {
        Path file = folder.resolve("other.safetensors");
        SafeTensorsWriter.of(Map.of("ema_model.time_embed.time_embed.0.weight", Nd4j.ones(4, 4)), Map.of())
                .write(file);
        assertThatThrownBy(() -> DiffusionAutoencoder.load(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("no encoder");
        SafeTensorsWriter.of(
                        Map.of(
                                "ema_model.time_embed.time_embed.0.weight",
                                Nd4j.ones(4, 4),
                                "ema_model.encoder.input_blocks.0.0.weight",
                                Nd4j.ones(4, 4)),
                        Map.of())
                .write(file);
        assertThatThrownBy(() -> GeneratorFamilies.installed().open(file, LoadOptions.none()))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("the whole Lightning checkpoint");
    }

    @Test
    void gradients_through_all_steps_reach_z_and_the_weights() {
        try (DiffusionAutoencoder five = generator.withSteps(5)) {
            gradients(five);
        }
    }

    private static void gradients(DiffusionAutoencoder five) {
        LatentNetwork network = LatentNetwork.of(five);
        Map<String, Parameter> weights = new HashMap<>();
        network.parameters().forEach(p -> weights.put(p.name(), p));
        float[] z = network.latents(five.sample(1, 9)).dup().data().asFloat();
        float[] seed = new float[3 * 32 * 32];
        java.util.Arrays.fill(seed, 1f / seed.length);
        float[] slope;
        String conditioned = network.readers().get(3).weightName();
        try (Tape tape = new Tape()) {
            Node latent = tape.variable(z.clone(), 1, z.length);
            Node images = network.images(
                    tape, latent, name -> tape.parameter(Objects.requireNonNull(weights.get(name))), null);
            tape.backward(images, seed);
            tape.addGradients();
            slope = latent.gradient().clone();
        }
        double length = 0;
        for (float s : slope) {
            length += s * s;
        }
        assertThat(Math.sqrt(length)).isGreaterThan(1e-5);
        double weightLength = 0;
        for (float g : Objects.requireNonNull(weights.get(conditioned)).gradient()) {
            weightLength += g * g;
        }
        assertThat(weightLength).isGreaterThan(0);
        // Against differences, where clipping is the same on both sides: the mean of pixels along the slope itself.
        double step = 4e-3 / Math.sqrt(length);
        float[] up = z.clone();
        float[] down = z.clone();
        for (int i = 0; i < z.length; i++) {
            up[i] += (float) (step * slope[i]);
            down[i] -= (float) (step * slope[i]);
        }
        double difference = (mean(five, up) - mean(five, down)) / (2 * step);
        assertThat(difference / length).isCloseTo(1, org.assertj.core.data.Offset.offset(0.05));
    }

    private static double mean(Generator five, float[] z) {
        INDArray images = five.generate(Inputs.of("z", Nd4j.create(z, new long[] {1, z.length}, 'c')));
        double sum = 0;
        for (float v : images.dup().data().asFloat()) {
            sum += v;
        }
        return sum / images.length();
    }
}
