package io.github.rewrite4j.avatars.attribute;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.io.internal.JsonText;
import io.github.rewrite4j.samediff.perception.Weights;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.shade.jackson.databind.JsonNode;

/** The file form of attribute networks: float16 weights and what they answer. */
final class AttributeFile {
    static final String SCORES = "scores";

    private static final String FORMAT = "rewrite4j";
    private static final String KIND = "attribute-network";
    private static final String VERSION = "1";
    private static final Set<String> RESERVED =
            Set.of("format", "kind", "version", "name", "architecture", "classes", "colours");

    private AttributeFile() {}

    static void save(AttributeNetwork network, Path file) throws IOException {
        SafeTensorsWriter writer = new SafeTensorsWriter();
        for (Parameter weight : network.layers().parameters()) {
            writer.add(weight.name(), weight.toArray().castTo(DataType.FLOAT16));
        }
        network.notes().forEach(writer::metadata);
        Map<String, List<String>> classes = new LinkedHashMap<>();
        network.heads().forEach(head -> classes.put(head.name(), head.classes()));
        writer.metadata("format", FORMAT)
                .metadata("kind", KIND)
                .metadata("version", VERSION)
                .metadata("name", network.name())
                .metadata("architecture", Json.pretty(network.architecture()))
                .metadata("classes", Json.pretty(classes))
                .metadata("colours", Json.pretty(network.colours()))
                .write(file);
    }

    static AttributeNetwork load(Path file) throws IOException {
        try (SafeTensors tensors = SafeTensors.open(file)) {
            return load(tensors);
        }
    }

    static AttributeNetwork load(InputStream file, String label) throws IOException {
        try (SafeTensors tensors = SafeTensors.read(file, label)) {
            return load(tensors);
        }
    }

    private static AttributeNetwork load(SafeTensors tensors) throws IOException {
        expect(tensors, "format", FORMAT);
        expect(tensors, "kind", KIND);
        expect(tensors, "version", VERSION);
        try {
            AttributeArchitecture architecture = architecture(json(tensors, "architecture"));
            List<AttributeHead> heads = new ArrayList<>();
            json(tensors, "classes")
                    .fields()
                    .forEachRemaining(field -> heads.add(new AttributeHead(field.getKey(), texts(field.getValue()))));
            List<String> colours = texts(json(tensors, "colours"));
            List<Parameter> weights = new ArrayList<>();
            for (Map.Entry<String, int[]> shape :
                    AttributeLayers.shapes(architecture, heads, colours.size()).entrySet()) {
                weights.add(Weights.read(tensors, shape.getKey(), shape.getValue()));
            }
            Map<String, String> notes = new LinkedHashMap<>(tensors.metadata());
            RESERVED.forEach(notes::remove);
            return new AttributeNetwork(
                    text(tensors, "name"),
                    architecture,
                    heads,
                    colours,
                    AttributeLayers.of(architecture, weights),
                    notes);
        } catch (IllegalArgumentException wrong) {
            throw new FileFormatException(tensors.label(), "metadata", String.valueOf(wrong.getMessage()));
        }
    }

    private static AttributeArchitecture architecture(JsonNode node) {
        List<Integer> widths = new ArrayList<>();
        node.path("widths").forEach(width -> widths.add(width.asInt()));
        return new AttributeArchitecture(
                node.path("size").asInt(),
                widths,
                node.path("kernel").asInt(),
                node.path("embedding").asInt());
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static JsonNode json(SafeTensors tensors, String key) throws IOException {
        return JsonText.parse(text(tensors, key), tensors.label() + ", key '" + key + "'");
    }

    private static String text(SafeTensors tensors, String key) throws IOException {
        @Nullable String text = tensors.metadata().get(key);
        if (text == null) {
            throw FileFormatException.atKey(
                    tensors.label(),
                    key,
                    "the metadata of an attribute network must have it; export the network again");
        }
        return text;
    }

    private static void expect(SafeTensors tensors, String key, String value) throws IOException {
        @Nullable String found = tensors.metadata().get(key);
        if (!value.equals(found)) {
            throw FileFormatException.atKey(
                    tensors.label(),
                    key,
                    "this is no attribute network that this library reads: the metadata says "
                            + (found == null ? "nothing" : "'" + found + "'") + ", expected '" + value + "'. Keys: "
                            + Arrays.toString(tensors.metadata().keySet().toArray()));
        }
    }
}
