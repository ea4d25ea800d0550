package io.github.rewrite4j.samediff.perception;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.io.internal.JsonText;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.shade.jackson.databind.JsonNode;

/** The file form of part networks: float16 weights, the architecture and the names of the parts. */
final class PartFile {
    static final String SCORES = "scores";

    private static final String FORMAT = "rewrite4j";
    private static final String KIND = "part-network";
    private static final String VERSION = "1";
    private static final int MOST_PARTS = 256;
    private static final Set<String> RESERVED = Set.of("format", "kind", "version", "name", "architecture", "parts");

    private PartFile() {}

    static void save(PartNetwork network, Path file) throws IOException {
        SafeTensorsWriter writer = new SafeTensorsWriter();
        for (Parameter weight : network.layers().parameters()) {
            writer.add(weight.name(), weight.toArray().castTo(DataType.FLOAT16));
        }
        network.notes().forEach(writer::metadata);
        writer.metadata("format", FORMAT)
                .metadata("kind", KIND)
                .metadata("version", VERSION)
                .metadata("name", network.name())
                .metadata("architecture", Json.pretty(network.architecture()))
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
        expect(tensors, "format", FORMAT);
        expect(tensors, "kind", KIND);
        expect(tensors, "version", VERSION);
        try {
            PartArchitecture architecture = architecture(json(tensors, "architecture"));
            List<String> parts = new ArrayList<>();
            json(tensors, "parts").forEach(part -> parts.add(part.asText()));
            if (parts.isEmpty() || parts.size() > MOST_PARTS) {
                throw new IllegalArgumentException(
                        "it names " + parts.size() + " parts, expected were 1 to " + MOST_PARTS);
            }
            List<Parameter> weights = new ArrayList<>();
            for (Map.Entry<String, int[]> shape :
                    PartLayers.shapes(architecture, parts.size()).entrySet()) {
                weights.add(Weights.read(tensors, shape.getKey(), shape.getValue()));
            }
            Map<String, String> notes = new LinkedHashMap<>(tensors.metadata());
            RESERVED.forEach(notes::remove);
            return new PartNetwork(
                    text(tensors, "name"), architecture, parts, PartLayers.of(architecture, weights), notes);
        } catch (IllegalArgumentException wrong) {
            throw new FileFormatException(tensors.label(), "metadata", String.valueOf(wrong.getMessage()));
        }
    }

    private static PartArchitecture architecture(JsonNode node) {
        List<Integer> widths = new ArrayList<>();
        node.path("widths").forEach(width -> widths.add(width.asInt()));
        return new PartArchitecture(node.path("size").asInt(), widths);
    }

    private static JsonNode json(SafeTensors tensors, String key) throws IOException {
        return JsonText.parse(text(tensors, key), tensors.label() + ", key '" + key + "'");
    }

    private static String text(SafeTensors tensors, String key) throws IOException {
        @Nullable String text = tensors.metadata().get(key);
        if (text == null) {
            throw FileFormatException.atKey(
                    tensors.label(), key, "the metadata of a part network must have it; save the network again");
        }
        return text;
    }

    private static void expect(SafeTensors tensors, String key, String value) throws IOException {
        @Nullable String found = tensors.metadata().get(key);
        if (!value.equals(found)) {
            throw FileFormatException.atKey(
                    tensors.label(),
                    key,
                    "this is no part network that this library reads: the metadata says "
                            + (found == null ? "nothing" : "'" + found + "'") + ", expected '" + value + "'. Keys: "
                            + tensors.metadata().keySet());
        }
    }
}
