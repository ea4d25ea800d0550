package io.github.rewrite4j;

import io.github.rewrite4j.PatchHistory.Entry;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * The file form of a {@link PatchHistory}: the tensors of each patch under its number, {@code 0/NAME/left}, and as metadata
 * the notes of the patches and the states as lists of {patch, name, strength}.
 */
final class PatchHistoryFile {
    private static final String FORMAT = "rewrite4j";
    private static final String KIND = "patch-history";
    private static final String VERSION = "1";
    private static final String LEFT = "/left";
    private static final String RIGHT = "/right";
    private static final String DENSE = "/dense";
    private static final int MOST_PATCHES = 1000;

    private PatchHistoryFile() {}

    static void save(List<List<Entry>> states, int at, Path file) throws IOException {
        Map<Patch, Integer> numbers = new LinkedHashMap<>();
        List<Object> written = new ArrayList<>();
        for (List<Entry> state : states) {
            List<Object> entries = new ArrayList<>();
            for (Entry entry : state) {
                int number = numbers.computeIfAbsent(entry.patch(), patch -> numbers.size());
                Map<String, Object> facts = new LinkedHashMap<>();
                facts.put("patch", number);
                facts.put("name", entry.name());
                facts.put("strength", entry.strength());
                entries.add(facts);
            }
            written.add(entries);
        }
        TreeMap<String, INDArray> tensors = new TreeMap<>();
        List<Object> notes = new ArrayList<>();
        numbers.forEach((patch, number) -> {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("generator", patch.baseFingerprint());
            facts.put("notes", patch.notes());
            notes.add(facts);
            patch.deltas().forEach(delta -> add(tensors, number + "/" + delta.weight(), delta));
        });
        SafeTensors.write(
                file,
                tensors,
                Map.of(
                        "format",
                        FORMAT,
                        "kind",
                        KIND,
                        "version",
                        VERSION,
                        "patches",
                        Json.pretty(notes),
                        "states",
                        Json.pretty(written),
                        "at",
                        Integer.toString(at)));
    }

    private static void add(Map<String, INDArray> tensors, String name, WeightDelta delta) {
        if (delta instanceof WeightDelta.LowRank low) {
            tensors.put(name + LEFT, low.left());
            tensors.put(name + RIGHT, low.right());
        } else {
            tensors.put(name + DENSE, ((WeightDelta.Dense) delta).delta());
        }
    }

    static PatchHistory load(Path file) throws IOException {
        try (SafeTensors tensors = SafeTensors.open(file)) {
            Map<String, String> metadata = tensors.metadata();
            if (!FORMAT.equals(metadata.get("format"))
                    || !KIND.equals(metadata.get("kind"))
                    || !VERSION.equals(metadata.get("version"))) {
                throw FileFormatException.atKey(
                        file.toString(),
                        "kind",
                        "this is no history of patches that this library reads: its metadata says kind '"
                                + metadata.get("kind") + "', version '" + metadata.get("version") + "'");
            }
            List<Patch> patches = patches(tensors, json(file, metadata, "patches"));
            List<List<Entry>> states = new ArrayList<>();
            for (JsonNode state : json(file, metadata, "states")) {
                List<Entry> entries = new ArrayList<>();
                for (JsonNode entry : state) {
                    int number = entry.path("patch").asInt(-1);
                    if (number < 0 || number >= patches.size()) {
                        throw new IllegalArgumentException(
                                "A state names patch " + number + ", but there are " + patches.size() + ".");
                    }
                    entries.add(new Entry(
                            entry.path("name").asText(),
                            patches.get(number),
                            entry.path("strength").asDouble(Double.NaN)));
                }
                states.add(entries);
            }
            int at = Integer.parseInt(metadata.getOrDefault("at", "-1"));
            if (states.isEmpty() || states.size() > PatchHistory.MOST_STEPS + 1 || at < 0 || at >= states.size()) {
                throw new IllegalArgumentException("It is at state " + at + " of " + states.size()
                        + ", which is none of at most " + (PatchHistory.MOST_STEPS + 1) + ".");
            }
            return new PatchHistory(states, at);
        } catch (IllegalArgumentException | RewriteException wrong) {
            throw new FileFormatException(file.toString(), "contents", String.valueOf(wrong.getMessage()));
        }
    }

    private static JsonNode json(Path file, Map<String, String> metadata, String key) throws IOException {
        return JsonText.parse(metadata.getOrDefault(key, "[]"), file + ", key '" + key + "'");
    }

    private static List<Patch> patches(SafeTensors tensors, JsonNode described) throws IOException {
        if (described.size() > MOST_PATCHES) {
            throw new IllegalArgumentException(
                    "It describes " + described.size() + " patches, at most " + MOST_PATCHES + ".");
        }
        Map<Integer, List<WeightDelta>> deltas = new HashMap<>();
        for (String name : tensors.names()) {
            int slash = name.indexOf('/');
            String number = name.substring(0, Math.max(0, slash));
            if (!number.matches("[0-9]{1,4}")) {
                throw FileFormatException.atKey(
                        tensors.label(), name, "tensors are named NUMBER/WEIGHT/left and the like");
            }
            List<WeightDelta> of = deltas.computeIfAbsent(Integer.parseInt(number), n -> new ArrayList<>());
            String rest = name.substring(slash + 1);
            if (rest.endsWith(DENSE)) {
                of.add(new WeightDelta.Dense(rest.substring(0, rest.length() - DENSE.length()), tensors.load(name)));
            } else if (rest.endsWith(LEFT)) {
                String weight = rest.substring(0, rest.length() - LEFT.length());
                of.add(new WeightDelta.LowRank(
                        weight, tensors.load(name), tensors.load(number + "/" + weight + RIGHT)));
            } else if (!rest.endsWith(RIGHT)) {
                throw FileFormatException.atKey(tensors.label(), name, "this is no part of a patch");
            }
        }
        List<Patch> patches = new ArrayList<>();
        for (int i = 0; i < described.size(); i++) {
            JsonNode facts = described.get(i);
            Map<String, String> notes = new TreeMap<>();
            facts.path("notes")
                    .fields()
                    .forEachRemaining(
                            note -> notes.put(note.getKey(), note.getValue().asText()));
            patches.add(new Patch(facts.path("generator").asText(), deltas.getOrDefault(i, List.of()), notes));
        }
        return patches;
    }
}
