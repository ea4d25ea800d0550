package io.github.rewrite4j.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.edit.GoldenFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class LatentSamplesTest {
    @ParameterizedTest
    @CsvSource({"z_seed1_first8x64, 8, 64, 1", "z_seed1_first2x512, 2, 512, 1", "noise_seed0_2x16, 2, 16, 0"})
    void rowsAreThoseOfTheOriginalTools(String tensor, int n, int dim, long seed) throws IOException {
        double[] expected = GoldenFile.open("zrng.safetensors").values(tensor);
        float[][] rows = LatentSamples.firstRows(n, dim, seed);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) rows[i / dim][i % dim]).isEqualTo(expected[i]);
        }
    }

    @Test
    void noiseMapsAreCutFromTheSameStream() throws IOException {
        double[] expected = GoldenFile.open("zrng.safetensors").values("fixednoise_seed1_4x4");
        float[] row = LatentSamples.firstRows(1, 16, 1)[0];
        for (int i = 0; i < 16; i++) {
            assertThat((double) row[i]).isEqualTo(expected[i]);
        }
    }

    @Test
    void aSmallerNumberIsAPrefixOfALargerOne() {
        float[][] few = LatentSamples.firstRows(3, 7, 11);
        float[][] many = LatentSamples.firstRows(10, 7, 11);
        for (int i = 0; i < few.length; i++) {
            assertThat(few[i]).isEqualTo(many[i]);
        }
    }

    @Test
    void chosenRowsComeInTheOrderAskedForEvenRepeated() {
        float[][] all = LatentSamples.firstRows(10, 5, 2);
        float[][] chosen = LatentSamples.rowsAt(5, 2, 9, 0, 4, 9, 3);
        assertThat(chosen).isDeepEqualTo(new float[][] {all[9], all[0], all[4], all[9], all[3]});
        chosen[0][0] = 99;
        assertThat(chosen[3]).isEqualTo(all[9]);
    }

    @Test
    void arraysHoldTheRowsAsFloat32() {
        INDArray first = LatentSamples.first(4, 6, 8);
        assertThat(first.dataType()).isEqualTo(DataType.FLOAT);
        assertThat(first.shape()).containsExactly(4, 6);
        assertThat(first.toFloatMatrix()).isDeepEqualTo(LatentSamples.firstRows(4, 6, 8));
        assertThat(LatentSamples.at(6, 8, 2).toFloatMatrix()).isDeepEqualTo(LatentSamples.rowsAt(6, 8, 2));
    }

    @Test
    void aSingleLatentOfOneNumberIsStillAMatrix() {
        assertThat(LatentSamples.first(1, 1, 0).shape()).containsExactly(1, 1);
    }

    @Test
    void impossibleRequestsAreRefused() {
        assertThatThrownBy(() -> LatentSamples.first(0, 4, 1)).hasMessageContaining("number of samples is 0");
        assertThatThrownBy(() -> LatentSamples.first(4, -4, 1)).hasMessageContaining("dimension is -4");
        assertThatThrownBy(() -> LatentSamples.at(4, 1)).hasMessageContaining("at least one");
        assertThatThrownBy(() -> LatentSamples.at(4, 1, 3, -2)).hasMessageContaining("-2 is negative");
        assertThatThrownBy(() -> LatentSamples.first(4, 4, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatLiesTooFarInTheStreamIsRefusedAtOnce() {
        assertThatThrownBy(() -> LatentSamples.at(64, 1, 0, (1 << 28) / 64))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("Sample number 4194304 of 64 numbers", "2^28", "below 4194304");
        assertThatThrownBy(() -> LatentSamples.first(Integer.MAX_VALUE, 512, 1))
                .isInstanceOf(IllegalArgumentException.class);
        LatentSamples.requireReachable(64, (1 << 28) / 64 - 1);
        LatentSamples.requireReachable(1, (1 << 28) - 1);
        assertThatThrownBy(() -> LatentSamples.requireReachable(1, 1 << 28)).hasMessageContaining("2^28");
    }

    @Test
    void moreThanFitsIntoMemoryIsRefusedBeforeItIsDrawn() {
        int[] often = new int[50_000];
        assertThatThrownBy(() -> LatentSamples.at(1 << 20, 1, often))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("50000 samples of 1048576 numbers", "MB", "free", "less at a time");
    }

    /** 7 numbers a row: rows begin in the middle of a pair of Gaussians, and of the generator's 624 words. */
    @Test
    void rowsDrawnFromAPositionOfAnotherProcessAreTheSame() throws Exception {
        float[][] all = LatentSamples.firstRows(400, 7, 31);
        for (int from : new int[] {0, 1, 3, 90, 333}) {
            StreamPosition position = LatentSamples.position(7, 31, from);
            assertThat(position.numbers()).isEqualTo(7L * from);
            LegacyNumpyRandom stream = sent(position).stream();
            for (int row = from; row < Math.min(from + 60, 400); row++) {
                for (int i = 0; i < 7; i++) {
                    assertThat((float) stream.nextGaussian()).isEqualTo(all[row][i]);
                }
            }
            LatentSamples.resumeFrom(sent(position));
            assertThat(LatentSamples.rowsAt(7, 31, from + 20, from))
                    .isDeepEqualTo(new float[][] {all[from + 20], all[from]});
        }
    }

    @Test
    void whatWasDrawnBeforeChangesNothing() {
        float[][] all = LatentSamples.firstRows(1000, 6, 77);
        java.util.Random order = new java.util.Random(5);
        for (int i = 0; i < 600; i++) {
            int row = order.nextInt(1000);
            // Rows of other lengths leave positions that do not fall on rows of this one.
            LatentSamples.rowsAt(1 + order.nextInt(9), 77, order.nextInt(600));
            assertThat(LatentSamples.rowsAt(6, 77, row)[0]).isEqualTo(all[row]);
        }
    }

    private static StreamPosition sent(StreamPosition position) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(position);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (StreamPosition) in.readObject();
        }
    }
}
