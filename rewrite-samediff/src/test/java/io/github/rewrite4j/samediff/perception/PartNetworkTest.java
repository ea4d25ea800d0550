package io.github.rewrite4j.samediff.perception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.samediff.Avatars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class PartNetworkTest {
    private static final PartArchitecture SHAPE = new PartArchitecture(16, List.of(8, 12, 16));

    @TempDir
    private Path directory;

    /** A bright square somewhere on dark ground, and a grey bar at the bottom. */
    private static final class Squares implements PartPictures {
        @Override
        public int count() {
            return 60;
        }

        @Override
        public int size() {
            return 16;
        }

        @Override
        public List<String> parts() {
            return List.of("square", "bar");
        }

        @Override
        public boolean shows(int image, int part, int row, int column) {
            int top = image % 7;
            int left = image * 5 % 11;
            return part == 1 ? row >= 13 : row >= top && row < top + 5 && column >= left && column < left + 5;
        }

        @Override
        public void copyImage(int image, float[] to) {
            for (int i = 0; i < to.length; i++) {
                int row = i / 16 % 16;
                int column = i % 16;
                to[i] = shows(image, 0, row, column) ? 0.9f : shows(image, 1, row, column) ? 0 : -0.9f;
            }
        }
    }

    private static PartNetwork trained(int steps) {
        return new PartTraining(new PartRecipe("squares", SHAPE, 3, steps, 8, 1e-2, 12))
                .train(new Squares(), RewriteListener.SILENT);
    }

    @Test
    void itLearnsToMarkPartsOfPicturesItNeverSaw() throws IOException {
        PartNetwork network = trained(60);
        PartScores scores = network.scores().orElseThrow();
        assertThat(scores.pictures()).isEqualTo(12);
        assertThat(scores.overlap().get("square")).isGreaterThan(0.9);
        assertThat(scores.overlap().get("bar")).isGreaterThan(0.9);
        assertThat(scores).isEqualTo(PartScores.of(network, new Squares(), 48, 60));
        assertThat(trained(1).scores().orElseThrow().overlap().get("square")).isLessThan(0.5);

        Path file = directory.resolve("squares.safetensors");
        network.save(file);
        PartNetwork loaded = PartNetwork.load(file);
        INDArray pictures = Avatars.random(8, 35, 3, 16, 16).muli(0.4);
        assertThat(loaded.probabilities(pictures)).isEqualTo(network.probabilities(pictures));
        assertThat(loaded.notes()).isEqualTo(network.notes());
        assertThat(loaded.parts()).containsExactly("square", "bar");
        INDArray last = pictures.slice(34).dup('c').reshape(1, 3, 16, 16);
        assertThat(loaded.probabilities(last)
                        .slice(0)
                        .distance2(loaded.probabilities(pictures).slice(34)))
                .isLessThan(1e-5);
        float[][] mask = loaded.masks(last, "bar").get(0);
        INDArray probable = loaded.probabilities(last).slice(0).slice(1);
        for (int row = 0; row < 16; row++) {
            for (int column = 0; column < 16; column++) {
                assertThat(mask[row][column]).isEqualTo(probable.getFloat(row, column) > 0.5 ? 1 : 0);
            }
        }
        assertThatThrownBy(() -> loaded.masks(last, "hat")).hasMessageContaining("[square, bar]");
        assertThatThrownBy(() -> loaded.probabilities(Avatars.random(8, 1, 3, 8, 8)))
                .hasMessageContaining("[N, 3, 16, 16]");
    }

    @Test
    void whatIsNoPartNetworkIsRefused() throws IOException {
        Path file = directory.resolve("damaged.safetensors");
        trained(1).save(file);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 10));
        assertThatThrownBy(() -> PartNetwork.load(file)).isInstanceOf(FileFormatException.class);
        assertThatThrownBy(() -> PartNetwork.load(Avatars.file()))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("part network");
    }
}
