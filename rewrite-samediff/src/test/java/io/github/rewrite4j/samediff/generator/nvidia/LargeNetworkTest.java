package io.github.rewrite4j.samediff.generator.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Pickles of StyleGAN2-ADA configuration f in its real channels, of random weights. */
class LargeNetworkTest {
    private static final int LATENT = 512;

    @TempDir
    Path folder;

    private Path pickle(int side) throws IOException {
        Path file = folder.resolve("config-f-" + side + ".pkl");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            NetworkPickle network = new NetworkPickle(out);
            network.constant("mapping.w_avg", 0, LATENT);
            for (int i = 0; i < 8; i++) {
                network.tensor("mapping.fc" + i + ".weight", LATENT, LATENT);
                network.constant("mapping.fc" + i + ".bias", 0, LATENT);
                // Weights of the mapping are stored a hundred times as large as these.
                network.setting("mapping.fc" + i, "weight_gain", 1 / Math.sqrt(LATENT));
            }
            network.tensor("synthesis.b4.const", channels(4), 4, 4);
            int before = channels(4);
            for (int grid = 4; grid <= side; grid *= 2) {
                String block = "synthesis.b" + grid;
                int width = channels(grid);
                network.constant(block + ".resample_filter", 1 / 16f, 4, 4);
                if (grid > 4) {
                    layer(network, block + ".conv0", before, width, grid);
                }
                layer(network, block + ".conv1", width, width, grid);
                network.tensor(block + ".torgb.weight", 3, width, 1, 1);
                network.constant(block + ".torgb.bias", 0, 3);
                affine(network, block + ".torgb", width);
                before = width;
            }
            network.write();
        }
        return file;
    }

    private static int channels(int grid) {
        return Math.min(512, 32768 / grid);
    }

    private static void layer(NetworkPickle network, String name, int in, int out, int grid) {
        network.tensor(name + ".weight", out, in, 3, 3);
        network.constant(name + ".bias", 0, out);
        network.constant(name + ".resample_filter", 1 / 16f, 4, 4);
        network.tensor(name + ".noise_const", grid, grid);
        network.constant(name + ".noise_strength", 0.1f);
        network.setting(name, "conv_clamp", 256);
        affine(network, name, in);
    }

    private static void affine(NetworkPickle network, String name, int channels) {
        network.tensor(name + ".affine.weight", channels, LATENT);
        network.constant(name + ".affine.bias", 1, channels);
    }

    @Tag("study")
    @Test
    void a_network_of_1024_pixels_is_estimated_at_once_and_drawn_in_four_gigabytes() throws IOException {
        Backend.require();
        try (Generator small = StyleGan2.load(pickle(16))) {
            small.generate(small.sample(1, 1)).close();
        }
        // What the runtime and ND4J take before any network.
        long before = Pointer.physicalBytes();
        Path file = pickle(1024);
        // Computing time: that of the clock is other programs' as well.
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        long began = clock.getCurrentThreadCpuTime();
        GeneratorEstimate estimate = StyleGan2.estimate(file);
        double seconds = (clock.getCurrentThreadCpuTime() - began) / 1e9;
        assertThat(estimate.parameters()).isBetween(30_000_000L, 31_000_000L);
        assertThat(seconds).isLessThan(1);
        began = System.nanoTime();
        try (Generator generator = StyleGan2.load(file)) {
            double loading = (System.nanoTime() - began) / 1e9;
            began = System.nanoTime();
            INDArray image = generator.generate(generator.sample(1, 1));
            double drawing = (System.nanoTime() - began) / 1e9;
            assertThat(image.shape()).containsExactly(1, 3, 1024, 1024);
            // Resident memory is heap and native memory together.
            long resident = Pointer.physicalBytes();
            System.out.printf(
                    "%s: estimated in %.2f s, loaded in %.1f s, drawn in %.1f s, %d MB resident%n",
                    estimate, seconds, loading, drawing, resident >> 20);
            assertThat(resident).isLessThan(4L << 30);
            // The estimate is what there will be, not several times as much.
            assertThat((double) estimate.generatingBytes())
                    .isBetween(0.6 * (resident - before), 2.0 * (resident - before));
        }
    }

    @Test
    void a_small_one_of_the_same_make_is_read() throws IOException {
        int side = 16;
        Path file = pickle(side);
        GeneratorEstimate estimate = StyleGan2.estimate(file);
        assertThat(estimate.imageHeight()).isEqualTo(side);
        assertThat(estimate.architecture()).contains("clamped at 256");
        assertThat(estimate.layers()).isEqualTo(5);
        assertThat(estimate.notes()).isEmpty();
    }
}
