package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.io.TensorInfo;
import io.github.rewrite4j.io.TensorType;
import io.github.rewrite4j.io.internal.JsonText;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.Dense;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.Noise;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.ToRgb;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * The description of a style-based network in a safetensors file: its arrays under {@code network/}, exactly as they are,
 * and its structure as JSON in the metadata. So any layout of checkpoints loads again bit for bit.
 */
final class StyledNetworkFile {
    /** Prefix of editable weights, which the description does not hold. */
    static final String EDITABLE = "editable/";

    private static final String ROOT = "network/";
    private static final String STRUCTURE = "network";

    private StyledNetworkFile() {}

    /** The arrays of a description by their name in the file. */
    static Map<String, INDArray> tensors(StyledNetwork network) {
        Map<String, INDArray> all = new TreeMap<>();
        all.put(ROOT + "latentMean", network.latentMean());
        all.put(ROOT + "constant", network.constant());
        for (int i = 0; i < network.mapping().size(); i++) {
            put(all, "mapping/" + i, network.mapping().get(i));
        }
        network.embedding().ifPresent(dense -> put(all, "embedding", dense));
        for (StyledLayer layer : network.layers()) {
            String name = layer.name();
            put(all, name + "/style", layer.modulation());
            all.put(ROOT + name + "/bias", layer.bias());
            layer.noise().ifPresent(noise -> {
                all.put(ROOT + name + "/noise", noise.map());
                all.put(ROOT + name + "/noiseStrength", noise.strength());
            });
            layer.blur().ifPresent(blur -> all.put(ROOT + name + "/blur", blur));
            layer.toRgb().ifPresent(toRgb -> {
                all.put(ROOT + name + "/toRgb/weight", toRgb.weight());
                all.put(ROOT + name + "/toRgb/bias", toRgb.bias());
                toRgb.modulation().ifPresent(dense -> put(all, name + "/toRgb/style", dense));
                toRgb.enlarge().ifPresent(kernel -> all.put(ROOT + name + "/toRgb/enlarge", kernel));
            });
        }
        return all;
    }

    private static void put(Map<String, INDArray> all, String name, Dense dense) {
        all.put(ROOT + name + "/weight", dense.weight());
        all.put(ROOT + name + "/bias", dense.bias());
    }

    static void write(SafeTensorsWriter writer, StyledNetwork network) {
        tensors(network).forEach(writer::add);
        writer.metadata(STRUCTURE, structure(network));
    }

    /** All of a description but its arrays, as JSON. */
    static String structure(StyledNetwork network) {
        List<Map<String, Object>> layers = new ArrayList<>();
        for (StyledLayer layer : network.layers()) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("name", layer.name());
            facts.put("weight", layer.weight());
            facts.put("in", layer.in());
            facts.put("out", layer.out());
            facts.put("keyGrid", layer.keyGrid());
            facts.put("valueGrid", layer.valueGrid());
            facts.put("gain", layer.gain());
            facts.put("doubled", layer.doubled());
            facts.put("style", layer.modulation().name());
            putClamp(facts, "clamp", layer.clamp());
            layer.toRgb().ifPresent(toRgb -> {
                facts.put("toRgb", toRgb.name());
                putClamp(facts, "toRgbClamp", toRgb.clamp());
                toRgb.modulation().ifPresent(dense -> facts.put("toRgbStyle", dense.name()));
            });
            layers.add(facts);
        }
        Map<String, Object> structure = new LinkedHashMap<>();
        structure.put("architecture", network.architecture());
        structure.put("mapping", network.mapping().stream().map(Dense::name).toList());
        network.embedding().ifPresent(dense -> structure.put("embedding", dense.name()));
        structure.put("layers", layers);
        return Json.pretty(structure);
    }

    private static void putClamp(Map<String, Object> facts, String name, double clamp) {
        if (!Double.isInfinite(clamp)) {
            facts.put(name, clamp);
        }
    }

    private static JsonNode structure(SafeTensors tensors) throws IOException {
        String text = tensors.metadata().get(STRUCTURE);
        if (text == null) {
            throw FileFormatException.atKey(tensors.label(), STRUCTURE, "the metadata lacks the structure");
        }
        return JsonText.parse(text, tensors.label() + ", " + STRUCTURE);
    }

    /** What a network will need, from the header of its file alone. */
    static GeneratorEstimate estimate(SafeTensors tensors) throws IOException {
        JsonNode structure = structure(tensors);
        long parameters = 0;
        for (String name : tensors.names()) {
            if (isTrained(name)) {
                parameters += tensors.info(name).length();
            }
        }
        long largest = 0;
        int size = 0;
        for (JsonNode layer : structure.path("layers")) {
            size = layer.path("valueGrid").asInt();
            largest = Math.max(largest, layer.path("out").asLong() * size * size);
        }
        return StyledEstimate.of(
                structure.path("architecture").asText(),
                tensors.info(ROOT + "latentMean").length(),
                size,
                structure.path("layers").size(),
                parameters,
                largest);
    }

    private static boolean isTrained(String name) {
        boolean given = name.endsWith("/noise") || name.endsWith("/blur") || name.endsWith("/enlarge");
        return name.startsWith(EDITABLE) || (name.startsWith(ROOT) && !given && !name.equals(ROOT + "latentMean"));
    }

    /** The description in a file. */
    static StyledNetwork read(SafeTensors tensors) throws IOException {
        JsonNode structure = structure(tensors);
        Reader reader = new Reader(tensors);
        List<Dense> mapping = new ArrayList<>();
        for (JsonNode name : structure.path("mapping")) {
            mapping.add(reader.dense("mapping/" + mapping.size(), name.asText()));
        }
        List<StyledLayer> layers = new ArrayList<>();
        for (JsonNode layer : structure.path("layers")) {
            layers.add(reader.layer(layer));
        }
        if (layers.isEmpty()) {
            throw FileFormatException.atKey(tensors.label(), STRUCTURE, "the structure names no layers");
        }
        return new StyledNetwork(
                structure.path("architecture").asText(),
                reader.array("latentMean"),
                reader.array("constant"),
                mapping,
                layers,
                Optional.empty(),
                structure.has("embedding")
                        ? Optional.of(reader.dense(
                                "embedding", structure.path("embedding").asText()))
                        : Optional.empty());
    }

    /** A finite array of a file. */
    static INDArray tensor(SafeTensors tensors, String name, String label) throws IOException {
        TensorInfo info = tensors.info(name);
        if (info.type() != TensorType.F32 || info.length() < 1) {
            throw FileFormatException.atKey(
                    label,
                    name,
                    "has the shape " + Arrays.toString(info.shape()) + " of " + info.type() + "; expected numbers of"
                            + " 32 bits");
        }
        INDArray array = tensors.load(name);
        for (float value : array.data().asFloat()) {
            if (!Float.isFinite(value)) {
                throw FileFormatException.atKey(label, name, "the tensor holds " + value);
            }
        }
        return array;
    }

    private record Reader(SafeTensors tensors) {
        INDArray array(String name) throws IOException {
            return tensor(tensors, ROOT + name, tensors.label());
        }

        Optional<INDArray> optional(String name) throws IOException {
            return tensors.contains(ROOT + name) ? Optional.of(array(name)) : Optional.empty();
        }

        Dense dense(String place, String name) throws IOException {
            return new Dense(name, array(place + "/weight"), array(place + "/bias"));
        }

        StyledLayer layer(JsonNode facts) throws IOException {
            String name = facts.path("name").asText();
            Optional<INDArray> noise = optional(name + "/noise");
            return new StyledLayer(
                    name,
                    facts.path("weight").asText(),
                    facts.path("in").asInt(),
                    facts.path("out").asInt(),
                    facts.path("keyGrid").asInt(),
                    facts.path("valueGrid").asInt(),
                    facts.path("gain").asDouble(),
                    dense(name + "/style", facts.path("style").asText()),
                    array(name + "/bias"),
                    noise.isPresent()
                            ? Optional.of(new Noise(noise.get(), array(name + "/noiseStrength")))
                            : Optional.empty(),
                    optional(name + "/blur"),
                    facts.path("doubled").asBoolean(),
                    facts.has("toRgb") ? Optional.of(toRgb(name + "/toRgb", facts)) : Optional.empty(),
                    clamp(facts, "clamp"));
        }

        private static double clamp(JsonNode facts, String name) {
            return facts.has(name) ? facts.path(name).asDouble() : Double.POSITIVE_INFINITY;
        }

        private ToRgb toRgb(String place, JsonNode facts) throws IOException {
            return new ToRgb(
                    facts.path("toRgb").asText(),
                    array(place + "/weight"),
                    array(place + "/bias"),
                    facts.has("toRgbStyle")
                            ? Optional.of(dense(
                                    place + "/style", facts.path("toRgbStyle").asText()))
                            : Optional.empty(),
                    optional(place + "/enlarge"),
                    clamp(facts, "toRgbClamp"));
        }
    }
}
