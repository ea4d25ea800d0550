package io.github.rewrite4j.samediff.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.samediff.Matrices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LatentBasisFileTest {
    private static final LatentBasis BASIS = LatentBases.svd(new ToyNetwork(Matrices.random(12, 6, 5)));

    @TempDir
    Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void save() throws IOException {
        file = folder.resolve("basis.safetensors");
        LatentBasisFile.save(BASIS, file);
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(() -> LatentBasisFile.load(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll(parts);
    }

    private void change(Map<String, String> metadata, Map<String, INDArray> tensors) throws IOException {
        TreeMap<String, INDArray> all = new TreeMap<>();
        TreeMap<String, String> facts = new TreeMap<>();
        try (SafeTensors stored = SafeTensors.open(file)) {
            for (String name : stored.names()) {
                all.put(name, stored.load(name));
            }
            facts.putAll(stored.metadata());
        }
        all.putAll(tensors);
        facts.putAll(metadata);
        SafeTensors.write(file, all, facts);
    }

    @Test
    void aBasisComesBackAsItWas() throws IOException {
        LatentBasis loaded = LatentBasisFile.load(file);
        assertThat(loaded.directions()).isDeepEqualTo(BASIS.directions());
        assertThat(loaded.strengths()).containsExactly(BASIS.strengths());
        assertThat(loaded.method()).isEqualTo(BASIS.method());
        assertThat(loaded.generator()).isEqualTo(BASIS.generator());
    }

    @Test
    void filesOfAnotherKindOrVersionAreRefused() throws IOException {
        change(Map.of("kind", "patch"), Map.of());
        assertRefused("no latent basis", "'patch'");
        save();
        change(Map.of("version", "9"), Map.of());
        assertRefused("version '9'", "newer");
    }

    @Test
    void aFlippedByteIsNoticed() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        // The lowest bits of the last direction's last number.
        bytes[bytes.length - 8] ^= 1;
        Files.write(file, bytes);
        assertRefused("fingerprint", "damaged");
    }

    @Test
    void directionsThatAreNoBasisAreRefused() throws IOException {
        change(Map.of(), Map.of("directions", Nd4j.ones(DataType.DOUBLE, 6, 6)));
        assertRefused("contents", "orthonormal");
        save();
        change(Map.of(), Map.of("directions", Nd4j.ones(DataType.DOUBLE, 36)));
        assertRefused("directions", "matrix");
        save();
        change(Map.of("method", "another"), Map.of());
        assertRefused("fingerprint");
    }
}
