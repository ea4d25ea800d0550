package io.github.rewrite4j.samediff.perception;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.internal.JsonText;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.nd4j.shade.jackson.databind.JsonNode;

/** The file form of part networks: float16 weights, the architecture and the names of the parts. */
final class PartFile {
    static final String SCORES = "scores";

    private static final String WHAT = "part network";
    private static final int MOST_PARTS = 256;
    private static final Set<String> RESERVED = Set.of("parts");

    private PartFile() {}

    static void save(PartNetwork network, Path file) throws IOException {
        NetworkFile.writer(
                        WHAT,
                        network.name(),
                        network.architecture(),
                        network.layers().parameters(),
                        network.notes())
                .metadata("parts", Json.pretty(network.parts()))
                .write(file);
    }

    static PartNetwork load(Path file) throws IOException {
        try (SafeTensors tensors = SafeTensors.open(file)) {
            return load(tensors);
        }
    }

    static PartNetwork load(InputStream file, String label) throws IOException {
        try (SafeTensors tensors = SafeTensors.read(file, label)) {
            return load(tensors);
        }
    }

    private static PartNetwork load(SafeTensors tensors) throws IOException {
        NetworkFile file = new NetworkFile(tensors, WHAT).required();
        try {
            PartArchitecture architecture = architecture(json(file, "architecture"));
            List<String> parts = new ArrayList<>();
            json(file, "parts").forEach(part -> parts.add(part.asText()));
            if (parts.isEmpty() || parts.size() > MOST_PARTS) {
                throw new IllegalArgumentException(
                        "it names " + parts.size() + " parts, expected were 1 to " + MOST_PARTS);
            }
            List<Parameter> weights = file.weights(PartLayers.shapes(architecture, parts.size()));
            return new PartNetwork(
                    file.text("name"), architecture, parts, PartLayers.of(architecture, weights), file.notes(RESERVED));
        } catch (IllegalArgumentException wrong) {
            throw new FileFormatException(tensors.label(), "metadata", String.valueOf(wrong.getMessage()));
        }
    }

    private static PartArchitecture architecture(JsonNode node) {
        List<Integer> widths = new ArrayList<>();
        node.path("widths").forEach(width -> widths.add(width.asInt()));
        return new PartArchitecture(node.path("size").asInt(), widths);
    }

    private static JsonNode json(NetworkFile file, String key) throws IOException {
        return JsonText.parse(file.text(key), file.tensors().label() + ", key '" + key + "'");
    }
}
