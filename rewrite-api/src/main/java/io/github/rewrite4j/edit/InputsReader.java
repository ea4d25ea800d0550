package io.github.rewrite4j.edit;

import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.io.FileFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads the inputs that one edit names: {@code "latent.safetensors"}, or one picture or region for each input, {@code
 * {"image": "face.png", "mask": {"region": "ellipse(32, 40, 9, 6).inverted()"}}}. A picture becomes [1, 3, H, W] in
 * [-1, 1], a region [1, 1, H, W] in [0, 1] at the size of the pictures beside it. Files follow the rules for masks.
 */
final class InputsReader {
    private static final String REGION = "region";
    private static final String NEXT = "; ";
    private static final String IS = " = ";
    private static final int MOST_BYTES = 1 << 26;

    private final MaskReader files;
    private final Map<String, OwnInputs> known = new HashMap<>();

    InputsReader(MaskReader files) {
        this.files = files;
    }

    /** The inputs under a key of an entry. */
    OwnInputs read(JsonFields entry, String key) throws IOException {
        Map<String, String> parts = entry.isText(key) ? Map.of("", entry.text(key)) : parts(entry.object(key));
        try {
            return read(parts);
        } catch (IOException | IllegalArgumentException wrong) {
            throw at(entry, key, wrong);
        }
    }

    private static FileFormatException at(JsonFields entry, String key, Exception cause) {
        String problem = cause instanceof NoSuchFileException missing
                ? "there is no file " + missing.getFile()
                : String.valueOf(cause.getMessage());
        FileFormatException failure = entry.wrong(key, problem);
        failure.initCause(cause);
        return failure;
    }

    /** Inputs by name, pictures before what is drawn at their size; a text that begins with '=' is a region. */
    private static Map<String, String> parts(JsonFields inputs) throws FileFormatException {
        Map<String, String> parts = new LinkedHashMap<>();
        for (String input : inputs.names()) {
            if (inputs.isText(input)) {
                parts.put(input, inputs.text(input));
            } else {
                JsonFields drawn = inputs.object(input);
                drawn.requireKnown(Set.of(REGION));
                parts.put(input, "=" + drawn.text(REGION));
            }
        }
        if (parts.isEmpty()) {
            throw inputs.wrong("", "name at least one input with a picture, such as {\"image\": \"face.png\"}");
        }
        return parts;
    }

    /** What a plan says of inputs that were read here, or of those whose name is a file of inputs. */
    static Object written(OwnInputs inputs) {
        Map<String, String> parts = parts(inputs.name());
        if (parts.containsKey("")) {
            return inputs.name();
        }
        Map<String, Object> written = new LinkedHashMap<>();
        parts.forEach(
                (input, part) -> written.put(input, part.startsWith("=") ? Map.of(REGION, part.substring(1)) : part));
        return written;
    }

    /** The same inputs read again from their name; whatever that is. */
    OwnInputs again(OwnInputs inputs) throws IOException {
        return read(parts(inputs.name()));
    }

    private static Map<String, String> parts(String name) {
        Map<String, String> parts = new LinkedHashMap<>();
        for (String part : List.of(name.split(NEXT, -1))) {
            int is = part.indexOf(IS);
            if (is < 1) {
                return Map.of("", name);
            }
            parts.put(part.substring(0, is), part.substring(is + IS.length()));
        }
        return parts;
    }

    private OwnInputs read(Map<String, String> parts) throws IOException {
        String name = parts.entrySet().stream()
                .map(part -> part.getKey().isEmpty() ? part.getValue() : part.getKey() + IS + part.getValue())
                .collect(Collectors.joining(NEXT));
        OwnInputs before = known.get(name);
        if (before != null) {
            return before;
        }
        OwnInputs inputs = (parts.containsKey("") ? file(name) : pictures(parts)).named(name);
        known.put(name, inputs);
        return inputs;
    }

    private OwnInputs file(String name) throws IOException {
        Path file = files.file(name);
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException(
                    "it has " + Files.size(file) + " bytes: inputs of at most " + MOST_BYTES + " bytes are read");
        }
        return OwnInputs.read(file);
    }

    private OwnInputs pictures(Map<String, String> parts) throws IOException {
        TreeMap<String, INDArray> arrays = new TreeMap<>();
        Map<String, String> regions = new LinkedHashMap<>();
        long[] size = {};
        for (Map.Entry<String, String> part : parts.entrySet()) {
            if (part.getValue().startsWith("=")) {
                regions.put(part.getKey(), part.getValue().substring(1));
            } else {
                INDArray picture = picture(part.getValue());
                size = picture.shape();
                arrays.put(part.getKey(), picture);
            }
        }
        if (size.length == 0) {
            throw new IOException("a region is drawn at the size of a picture: name the picture as well");
        }
        for (Map.Entry<String, String> drawn : regions.entrySet()) {
            Mask mask = Region.parse(drawn.getValue(), files).onImage((int) size[2], (int) size[3]);
            arrays.put(drawn.getKey(), mask.toArray().reshape(1, 1, size[2], size[3]));
        }
        return OwnInputs.of("", Inputs.of(arrays));
    }

    private INDArray picture(String name) throws IOException {
        Pixels pixels = files.picture(name);
        return pixels.toArray().reshape(1, 3, pixels.height(), pixels.width());
    }
}
