package io.github.rewrite4j.edit;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * Edits as the public interface of "Rewriting a Deep Generative Model" (Bau et al. 2020) saves them:
 *
 * <pre>
 *   {"object": [12, "data:image/png;base64,..."], "paste": [4, "data:..."], "key": [[4, "data:..."], [9, "data:..."]]}
 * </pre>
 *
 * <p>Each part is an image number with a brush mask, whose red channel counts. Image numbers are those of
 * {@link Sample#of(int)}: the original draws them with seed 1 too. The format knows one paste; layer, rank and generator
 * are not in it. Some files hold only a part, for instance a key without object and paste: they are no edits, but say what
 * to switch off, and {@link #selections} reads them. The masks of a file have at most 2^24 pixels together.
 */
public final class OriginalEditFile {
    private static final List<String> PARTS = List.of("object", "paste");
    private static final String PREFIX = "data:image/png;base64,";

    private OriginalEditFile() {}

    /**
     * Reads an edit. Keys of the file other than these three are ignored; a file without "key" has no context of its own.
     *
     * @throws FileFormatException when the object or the paste is missing, saying what the file is for, or a part is no
     *     number with a PNG
     */
    public static Edit read(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        return selections(file).edit(file.toString());
    }

    /**
     * As {@link #read}, from the text.
     *
     * @param label what error messages call it
     */
    public static Edit parse(String text, String label) throws IOException {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(label, "label");
        return selections(JsonText.parse(text, label), label).edit(label);
    }

    /**
     * Reads what is there of object, paste and key.
     *
     * @throws FileFormatException when nothing is, or a part is no number with a PNG
     */
    public static OriginalSelections selections(Path file) throws IOException {
        return selections(JsonText.read(file), file.toString());
    }

    /**
     * Whether a JSON file looks like one of these and not like a plan of {@link EditFile}.
     *
     * @throws FileFormatException if it is no JSON
     */
    public static boolean isOne(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        return isOne(JsonText.read(file));
    }

    static boolean isOne(JsonNode content) {
        return content.path("object").isArray()
                || content.path("paste").path(0).isNumber()
                || (content.path("key").isArray() && !content.has("layer"));
    }

    private static OriginalSelections selections(JsonNode root, String label) throws IOException {
        // Names and folders play no part: the masks are in the file itself.
        MaskReader masks = new MaskReader(Path.of(""), MaskFiles.INSIDE_FOLDER);
        List<Optional<Selection>> parts = new ArrayList<>();
        for (String part : PARTS) {
            JsonNode node = root.path(part);
            parts.add(
                    node.isMissingNode() || node.isNull()
                            ? Optional.empty()
                            : Optional.of(selection(node, label, part, masks)));
        }
        JsonNode keys = root.path("key");
        if (!keys.isMissingNode() && !keys.isNull() && !keys.isArray()) {
            throw FileFormatException.atKey(label, "key", "expected a list of [image number, mask]");
        }
        if (keys.size() > EditReader.MOST_SAMPLES) {
            throw FileFormatException.atKey(label, "key", "at most " + EditReader.MOST_SAMPLES + " images are read");
        }
        List<Selection> contexts = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            contexts.add(selection(keys.get(i), label, "key[" + i + "]", masks));
        }
        OriginalSelections read = new OriginalSelections(parts.get(0), parts.get(1), contexts);
        if (read.object().isEmpty() && read.paste().isEmpty() && contexts.isEmpty()) {
            throw new FileFormatException(
                    label,
                    "contents",
                    "there is none of 'object', 'paste' and 'key', which files of the original interface hold");
        }
        return read;
    }

    private static Selection selection(JsonNode node, String label, String key, MaskReader masks) throws IOException {
        if (!node.isArray()
                || node.size() != 2
                || !node.get(0).canConvertToInt()
                || !node.get(0).isIntegralNumber()
                || node.get(0).intValue() < 0
                || !node.get(1).isTextual()) {
            throw FileFormatException.atKey(
                    label,
                    key,
                    "expected [image number from 0, \"" + PREFIX + "...\"], the number with its brush mask");
        }
        String url = node.get(1).textValue();
        if (!url.startsWith(PREFIX)) {
            throw FileFormatException.atKey(label, key, "the mask does not start with '" + PREFIX + "'");
        }
        try {
            byte[] png =
                    Base64.getDecoder().decode(url.substring(PREFIX.length()).strip());
            return new Selection(Sample.of(node.get(0).intValue()), Region.png(masks.decodable(png, "the mask")));
        } catch (IllegalArgumentException | IOException broken) {
            FileFormatException failure = FileFormatException.atKey(
                    label, key, "the mask cannot be read as a PNG in base64: " + broken.getMessage());
            failure.initCause(broken);
            throw failure;
        }
    }

    /**
     * Writes an edit, atomically.
     *
     * @param edit one paste, all samples of the default seed
     * @param imageHeight pixels of the generator's images, which masks are drawn for
     * @param imageWidth pixels of the generator's images
     * @throws IllegalArgumentException when the format cannot express the edit
     */
    public static void write(Path file, Edit edit, int imageHeight, int imageWidth) throws IOException {
        Objects.requireNonNull(file, "file");
        Json.write(file, content(edit, imageHeight, imageWidth));
    }

    private static Map<String, Object> content(Edit edit, int height, int width) throws IOException {
        if (edit.pastes().size() != 1) {
            throw new IllegalArgumentException("The original format holds one paste, but the edit has "
                    + edit.pastes().size() + ". Write one file for each.");
        }
        List<Object> keys = new ArrayList<>();
        for (Selection context : edit.effectiveContexts()) {
            keys.add(part(context, height, width));
        }
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("object", part(edit.object(), height, width));
        content.put("paste", part(edit.pastes().get(0), height, width));
        content.put("key", keys);
        return content;
    }

    private static List<Object> part(Selection selection, int height, int width) throws IOException {
        if (!(selection.subject() instanceof Sample sample)) {
            throw new IllegalArgumentException("The original format numbers images, but the edit uses "
                    + selection.subject() + ": write it with EditFile.");
        }
        if (sample.seed() != Sample.DEFAULT_SEED) {
            throw new IllegalArgumentException("The original format numbers images of seed " + Sample.DEFAULT_SEED
                    + ", but the edit uses " + sample + ".");
        }
        Mask mask = selection.region().requireOnImage(height, width);
        return List.of(sample.index(), PREFIX + Base64.getEncoder().encodeToString(Images.greyPng(mask.toRows())));
    }
}
