package io.github.rewrite4j.samediff.perception;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The file form that small networks of this library share: float16 weights in safetensors, and in the metadata kind, version,
 * name, architecture and notes.
 *
 * @param tensors an open file
 * @param what kind of network it holds, as in "part network"
 */
public record NetworkFile(SafeTensors tensors, String what) {
    private static final String FORMAT = "rewrite4j";
    private static final String VERSION = "1";
    private static final Set<String> COMMON = Set.of("format", "kind", "version", "name", "architecture");

    public NetworkFile {
        Objects.requireNonNull(tensors, "tensors");
        Objects.requireNonNull(what, "what");
    }

    private static String kind(String what) {
        return what.replace(' ', '-');
    }

    /**
     * A file in the making.
     *
     * @param what kind of network
     * @param architecture a record
     * @param notes anything else that is said of it
     */
    public static SafeTensorsWriter writer(
            String what, String name, Record architecture, List<Parameter> weights, Map<String, String> notes) {
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(architecture, "architecture");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(notes, "notes");
        SafeTensorsWriter writer = new SafeTensorsWriter();
        for (Parameter weight : weights) {
            writer.add(weight.name(), weight.toArray().castTo(DataType.FLOAT16));
        }
        notes.forEach(writer::metadata);
        return writer.metadata("format", FORMAT)
                .metadata("kind", kind(what))
                .metadata("version", VERSION)
                .metadata("name", name)
                .metadata("architecture", Json.pretty(architecture));
    }

    /**
     * This file, if it holds such a network in a version that this library reads.
     *
     * @throws FileFormatException otherwise
     */
    public NetworkFile required() throws IOException {
        expect("format", FORMAT);
        expect("kind", kind(what));
        expect("version", VERSION);
        return this;
    }

    private void expect(String key, String value) throws IOException {
        @Nullable String found = tensors.metadata().get(key);
        if (!value.equals(found)) {
            throw FileFormatException.atKey(
                    tensors.label(),
                    key,
                    "this is no " + what + " that this library reads: the metadata says "
                            + (found == null ? "nothing" : "'" + found + "'") + ", expected '" + value + "'. Keys: "
                            + tensors.metadata().keySet());
        }
    }

    /**
     * What the metadata says.
     *
     * @throws FileFormatException if it does not say this
     */
    public String text(String key) throws IOException {
        Objects.requireNonNull(key, "key");
        @Nullable String text = tensors.metadata().get(key);
        if (text == null) {
            throw FileFormatException.atKey(
                    tensors.label(), key, "the metadata of this " + what + " must have it; save the network again");
        }
        return text;
    }

    /** The weights of these names and shapes. */
    public List<Parameter> weights(Map<String, int[]> shapes) throws IOException {
        List<Parameter> weights = new ArrayList<>();
        for (Map.Entry<String, int[]> shape : shapes.entrySet()) {
            weights.add(Weights.read(tensors, shape.getKey(), shape.getValue()));
        }
        return weights;
    }

    /** The metadata but what every such file says, and but some keys of its kind. */
    public Map<String, String> notes(Set<String> own) {
        Objects.requireNonNull(own, "own");
        Map<String, String> notes = new LinkedHashMap<>(tensors.metadata());
        COMMON.forEach(notes::remove);
        own.forEach(notes::remove);
        return notes;
    }
}
