package io.github.rewrite4j.avatars.attribute;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.internal.JsonText;
import io.github.rewrite4j.samediff.perception.NetworkFile;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.shade.jackson.databind.JsonNode;

/** The file form of attribute networks: float16 weights and what they answer. */
final class AttributeFile {
    static final String SCORES = "scores";

    private static final String WHAT = "attribute network";
    private static final Set<String> RESERVED = Set.of("classes", "colours");

    private AttributeFile() {}

    static void save(AttributeNetwork network, Path file) throws IOException {
        Map<String, List<String>> classes = new LinkedHashMap<>();
        network.heads().forEach(head -> classes.put(head.name(), head.classes()));
        NetworkFile.writer(
                        WHAT,
                        network.name(),
                        network.architecture(),
                        network.layers().parameters(),
                        network.notes())
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
        NetworkFile file = new NetworkFile(tensors, WHAT).required();
        try {
            AttributeArchitecture architecture = architecture(json(file, "architecture"));
            List<AttributeHead> heads = new ArrayList<>();
            json(file, "classes")
                    .fields()
                    .forEachRemaining(field -> heads.add(new AttributeHead(field.getKey(), texts(field.getValue()))));
            List<String> colours = texts(json(file, "colours"));
            List<Parameter> weights = file.weights(AttributeLayers.shapes(architecture, heads, colours.size()));
            return new AttributeNetwork(
                    file.text("name"),
                    architecture,
                    heads,
                    colours,
                    AttributeLayers.of(architecture, weights),
                    file.notes(RESERVED));
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

    private static JsonNode json(NetworkFile file, String key) throws IOException {
        return JsonText.parse(file.text(key), file.tensors().label() + ", key '" + key + "'");
    }
}
