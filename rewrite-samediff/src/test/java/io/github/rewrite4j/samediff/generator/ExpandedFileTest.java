package io.github.rewrite4j.samediff.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.latent.LatentBases;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.latent.LatentSpaces;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Damaged and foreign files of expanded generators. */
class ExpandedFileTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void save() throws IOException {
        try (Generator avatars = Avatars.load()) {
            LatentNetwork source = LatentNetwork.of(avatars);
            LatentExpansion expansion = new LatentExpansion(
                    LatentSpaces.of(source), LatentBases.svd(source), List.of(new Domain("sepia", 20, 6)), Map.of());
            try (ExpandedGenerator expanded = source.expanded(source.parameters(), expansion)) {
                expanded.save(folder.resolve("whole.safetensors"));
            }
        }
    }

    private static void assertRefused(byte[] bytes, String... parts) throws IOException {
        Path file = folder.resolve("damaged.safetensors");
        Files.write(file, bytes);
        assertThatThrownBy(() -> ExpandedStyleGan2.load(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll(parts);
    }

    @Test
    void aFlippedByteAnywhereInTheTensorsIsNoticed() throws IOException {
        byte[] whole = Files.readAllBytes(folder.resolve("whole.safetensors"));
        int header =
                8 + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
        for (int i = 0; i < 12; i++) {
            byte[] damaged = whole.clone();
            int at = header + (int) ((long) (whole.length - header - 1) * i / 11);
            damaged[at] ^= 0x10;
            assertRefused(damaged, "damaged.safetensors");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"network/layer3/bias", "editable/layer5.conv.weight", "latent/mean", "latent/directions"})
    void aMissingTensorIsNamed(String name) throws IOException {
        rewriteWithout(name, Map.of());
        assertRefused(Files.readAllBytes(folder.resolve("changed.safetensors")), name);
    }

    private static void rewriteWithout(String name, Map<String, String> changes) throws IOException {
        try (SafeTensors tensors = SafeTensors.open(folder.resolve("whole.safetensors"))) {
            TreeMap<String, INDArray> kept = new TreeMap<>();
            for (String each : tensors.names()) {
                if (!each.equals(name)) {
                    kept.put(each, tensors.load(each));
                }
            }
            TreeMap<String, String> metadata = new TreeMap<>(tensors.metadata());
            metadata.putAll(changes);
            SafeTensors.write(folder.resolve("changed.safetensors"), kept, metadata);
        }
    }

    @Test
    void anotherKindVersionOrStructureIsRefused() throws IOException {
        rewriteWithout("", Map.of("kind", "patch"));
        assertRefused(Files.readAllBytes(folder.resolve("changed.safetensors")), "no expanded generator", "patch");
        rewriteWithout("", Map.of("version", "2"));
        assertRefused(Files.readAllBytes(folder.resolve("changed.safetensors")), "version '2'", "newer");
        rewriteWithout("", Map.of("latent", "{}"));
        assertRefused(Files.readAllBytes(folder.resolve("changed.safetensors")), "damaged.safetensors");
        for (Map.Entry<String, String> change :
                Map.of("\"gain\" : ", "1", "\"keyGrid\" : ", "1").entrySet()) {
            try (SafeTensors tensors = SafeTensors.open(folder.resolve("whole.safetensors"))) {
                String network = Objects.requireNonNull(tensors.metadata().get("network"));
                String changed = network.replaceFirst(change.getKey(), change.getKey() + change.getValue());
                assertThat(changed).isNotEqualTo(network);
                rewriteWithout("", Map.of("network", changed));
            }
            assertRefused(Files.readAllBytes(folder.resolve("changed.safetensors")), "fingerprint");
        }
    }
}
