package io.github.rewrite4j.io.internal;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.PrintableText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.StreamReadFeature;
import org.nd4j.shade.jackson.databind.DeserializationFeature;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.json.JsonMapper;

/**
 * JSON as Rewrite4J reads it, strict where carelessness hides errors: keys that appear twice and text after the end are
 * errors, and so are numbers of more than 100 characters, nesting deeper than 100 and more than two million values, before
 * anything is parsed. A byte order mark in front of the text, which some editors write, is skipped.
 */
public final class JsonText {
    private static final int LARGEST = 32_000_000;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    // Names of keys are not kept between parses: their table refuses texts whose names collide on purpose with an
    // exception that nobody expects.
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonText() {}

    /**
     * Parses a text.
     *
     * @param label what error messages call the text
     * @throws FileFormatException if it is not exactly one JSON value, a key appears twice in an object, or it is out of
     *     bounds
     */
    public static JsonNode parse(String text, String label) throws FileFormatException {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(label, "label");
        String json = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
        JsonBounds.check(json, label);
        try {
            JsonNode node = MAPPER.readTree(json);
            if (node.isMissingNode()) {
                throw new FileFormatException(label, "line 1", "it is empty; expected a JSON value");
            }
            return node;
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? "line 1"
                    : "line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            FileFormatException broken = new FileFormatException(
                    label, where, "not valid JSON: " + PrintableText.name(e.getOriginalMessage()));
            broken.initCause(e);
            throw broken;
        }
    }

    /**
     * Reads a file of at most 32 MB.
     *
     * @throws FileFormatException as {@link #parse}, or if it is larger or not in UTF-8
     */
    public static JsonNode read(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        if (Files.isDirectory(file)) {
            throw new IOException("'" + file + "' is a folder: name a JSON file in it.");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LARGEST + 1);
        }
        if (bytes.length > LARGEST) {
            throw FileFormatException.atByte(
                    file.toString(), LARGEST, "the file goes on; expected JSON of at most " + LARGEST + " bytes");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return parse(text, file.toString());
        } catch (CharacterCodingException e) {
            FileFormatException broken = FileFormatException.atByte(
                    file.toString(), 0, "the text is not UTF-8; expected JSON in UTF-8, save it in that encoding");
            broken.initCause(e);
            throw broken;
        }
    }
}
