package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Fingerprints;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.io.internal.JsonText;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.generator.internal.ExpansionTensors;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * Expanded generators as safetensors: the network with all its weights, {@code latent/mean}, {@code latent/strengths} and
 * {@code latent/directions} in float64, and in the metadata the domains, the space and notes.
 */
final class ExpandedFile {
    static final String KIND = "expanded-generator";
    private static final String VERSION = "1";

    private ExpandedFile() {}

    /**
     * What a file holds.
     *
     * @param editable canonical weights by name
     */
    record Contents(StyledNetwork network, Map<String, INDArray> editable, LatentExpansion expansion) {}

    /** Identity: all weights, the structure, and everything that decides where domains are. */
    static String fingerprint(Contents contents) {
        SortedMap<String, INDArray> tensors = new TreeMap<>(StyledNetworkFile.tensors(contents.network()));
        tensors.putAll(contents.editable());
        LatentExpansion expansion = contents.expansion();
        tensors.putAll(ExpansionTensors.identity(expansion));
        return Fingerprints.of(tensors, StyledNetworkFile.structure(contents.network()) + expansion.domains());
    }

    static void save(Contents contents, Path file) throws IOException {
        LatentExpansion expansion = contents.expansion();
        SafeTensorsWriter writer = new SafeTensorsWriter();
        StyledNetworkFile.write(writer, contents.network());
        contents.editable().forEach((name, weight) -> writer.add(StyledNetworkFile.EDITABLE + name, weight));
        ExpansionTensors.write(writer, expansion);
        writer.metadata("format", "rewrite4j")
                .metadata("version", VERSION)
                .metadata("kind", KIND)
                .metadata("generator", fingerprint(contents));
        writer.write(file);
    }

    static Contents load(Path file) throws IOException {
        try (SafeTensors tensors = SafeTensors.open(file)) {
            return read(tensors);
        }
    }

    static Contents load(InputStream file, String label) throws IOException {
        try (SafeTensors tensors = SafeTensors.read(file, label)) {
            return read(tensors);
        }
    }

    /** Whether a file says that it is one. */
    static boolean isOne(SafeTensors tensors) {
        return KIND.equals(tensors.metadata().get("kind"));
    }

    /** Refuses files of a later format. */
    static void requireVersion(SafeTensors tensors) throws FileFormatException {
        String version = tensors.metadata().get("version");
        if (!VERSION.equals(version)) {
            throw FileFormatException.atKey(
                    tensors.label(),
                    "version",
                    "this has the format version '" + version
                            + "', but this library reads version 1; use a newer library");
        }
    }

    /** What a file will need, from its header alone. */
    static GeneratorEstimate estimate(SafeTensors tensors) throws IOException {
        requireVersion(tensors);
        GeneratorEstimate network = StyledNetworkFile.estimate(tensors);
        JsonNode latent = JsonText.parse(tensors.metadata().getOrDefault("latent", ""), tensors.label() + ", latent");
        List<String> inputs = new ArrayList<>(network.inputs());
        inputs.add(ExpandedGenerator.DOMAINS + " [N, " + latent.path("domains").size() + "]");
        inputs.add(ExpandedGenerator.OFFSET + " [N, "
                + tensors.info(ExpansionTensors.MEAN).length() + "]");
        return new GeneratorEstimate(
                network.architecture(),
                inputs,
                network.imageHeight(),
                network.imageWidth(),
                network.layers(),
                network.parameters(),
                network.loadingBytes(),
                network.generatingBytes(),
                network.notes());
    }

    static Contents read(SafeTensors tensors) throws IOException {
        String label = tensors.label();
        Map<String, String> metadata = tensors.metadata();
        if (!isOne(tensors)) {
            throw FileFormatException.atKey(
                    label,
                    "kind",
                    "this is no expanded generator: its metadata says kind '" + metadata.get("kind") + "'");
        }
        requireVersion(tensors);
        try {
            StyledNetwork network = StyledNetworkFile.read(tensors);
            Map<String, INDArray> editable = new LinkedHashMap<>();
            for (StyledNetwork.StyledLayer layer : network.layers()) {
                editable.put(
                        layer.weight(),
                        StyledNetworkFile.tensor(tensors, StyledNetworkFile.EDITABLE + layer.weight(), label));
            }
            StyledNetworkCheck.check(network, editable, label);
            Contents contents = new Contents(network, editable, ExpansionTensors.read(tensors));
            requireDimension(contents, label);
            String stored = metadata.getOrDefault("generator", "");
            if (!fingerprint(contents).equals(stored)) {
                throw FileFormatException.atKey(
                        label,
                        "generator",
                        "the weights do not have the fingerprint that the file says; it is damaged");
            }
            return contents;
        } catch (IllegalArgumentException | RewriteException wrong) {
            throw new FileFormatException(label, "contents", String.valueOf(wrong.getMessage()));
        }
    }

    private static void requireDimension(Contents contents, String label) throws FileFormatException {
        int latent = contents.network().latent();
        LatentExpansion expansion = contents.expansion();
        if (expansion.space().dimension() != latent || expansion.basis().dimension() != latent) {
            throw FileFormatException.atKey(
                    label,
                    ExpansionTensors.DIRECTIONS,
                    "the space has " + expansion.space().dimension() + " dimensions and its basis "
                            + expansion.basis().dimension() + "; the network's latent has " + latent);
        }
    }
}
