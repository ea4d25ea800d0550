package io.github.rewrite4j.samediff.generator.style;

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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

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
        Map<String, String> named = Map.of("\"gain\" : ", "fingerprint", "\"keyGrid\" : ", "on a grid of 14");
        for (Map.Entry<String, String> change : named.entrySet()) {
            try (SafeTensors tensors = SafeTensors.open(folder.resolve("whole.safetensors"))) {
                String network = Objects.requireNonNull(tensors.metadata().get("network"));
                String changed = network.replaceFirst(change.getKey(), change.getKey() + "1");
                assertThat(changed).isNotEqualTo(network);
                rewriteWithout("", Map.of("network", changed));
            }
            assertRefused(Files.readAllBytes(folder.resolve("changed.safetensors")), change.getValue());
        }
    }

    /** Whoever forges a file can give it the right hash: that says nothing about shapes and types. */
    @Test
    void shapesAndTypesAreCheckedEvenWhereTheHashIsRight() throws IOException {
        ExpandedFile.Contents whole = ExpandedFile.load(folder.resolve("whole.safetensors"));
        StyledNetwork network = whole.network();
        StyledNetwork.StyledLayer first = network.layers().get(0);
        assertForged(whole, with(network, Nd4j.zeros(DataType.FLOAT, 64, 1)), "latentMean", "[64, 1]");
        assertForged(whole, with(network, Nd4j.zeros(DataType.FLOAT, 1, 5)), "part 'mapping'", "the latent has 5");
        assertForged(
                whole, withFirst(network, bias(first, Nd4j.zeros(DataType.FLOAT, 3))), "layer0 bias", "[3]", "[128]");
        assertForged(whole, withFirst(network, bias(first, Nd4j.zeros(DataType.DOUBLE, 128))), "layer0/bias", "F64");
        assertForged(
                whole,
                new StyledNetwork(
                        network.architecture(),
                        network.latentMean(),
                        network.constant(),
                        network.mapping(),
                        network.layers().subList(0, 3)),
                "makes no image");
        Map<String, INDArray> editable = new LinkedHashMap<>(whole.editable());
        editable.put(first.weight(), Nd4j.zeros(DataType.FLOAT, 128, 128, 1, 1));
        assertForged(
                new ExpandedFile.Contents(network, editable, whole.expansion()), first.weight(), "[128, 128, 1, 1]");
    }

    private static void assertForged(ExpandedFile.Contents whole, StyledNetwork network, String... parts)
            throws IOException {
        assertForged(new ExpandedFile.Contents(network, whole.editable(), whole.expansion()), parts);
    }

    private static void assertForged(ExpandedFile.Contents contents, String... parts) throws IOException {
        Path file = folder.resolve("forged.safetensors");
        ExpandedFile.save(contents, file);
        assertRefused(Files.readAllBytes(file), parts);
    }

    private static StyledNetwork with(StyledNetwork network, INDArray mean) {
        return new StyledNetwork(network.architecture(), mean, network.constant(), network.mapping(), network.layers());
    }

    private static StyledNetwork withFirst(StyledNetwork network, StyledNetwork.StyledLayer first) {
        List<StyledNetwork.StyledLayer> layers = new ArrayList<>(network.layers());
        layers.set(0, first);
        return new StyledNetwork(
                network.architecture(), network.latentMean(), network.constant(), network.mapping(), layers);
    }

    private static StyledNetwork.StyledLayer bias(StyledNetwork.StyledLayer layer, INDArray bias) {
        return new StyledNetwork.StyledLayer(
                layer.name(),
                layer.weight(),
                layer.in(),
                layer.out(),
                layer.keyGrid(),
                layer.valueGrid(),
                layer.gain(),
                layer.modulation(),
                bias,
                layer.noise(),
                layer.blur(),
                layer.doubled(),
                layer.toRgb());
    }
}
