package io.github.rewrite4j.io;

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
import org.nd4j.shade.jackson.core.json.JsonWriteFeature;
import org.nd4j.shade.jackson.core.util.DefaultIndenter;
import org.nd4j.shade.jackson.core.util.DefaultPrettyPrinter;
import org.nd4j.shade.jackson.databind.DeserializationFeature;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectWriter;
import org.nd4j.shade.jackson.databind.json.JsonMapper;

/**
 * JSON as Rewrite4J reads and writes it: the same bytes on every system, and strict where carelessness hides errors.
 *
 * <p>Written: maps, lists, records, strings, numbers and booleans; maps in their own order; indented by two spaces,
 * lines ended by a line feed, in UTF-8. A double that is not finite has no number in JSON and becomes the string
 * {@code "NaN"}, {@code "Infinity"} or {@code "-Infinity"}: visible to people, and an error for programs that expect a
 * number. Read: keys that appear twice and text after the end are errors, and so are numbers of more than 100 characters,
 * nesting deeper than 100 and more than two million values, before anything is parsed. A byte order mark in front of the
 * text, which some editors write, is skipped.
 */
public final class Json {
    private static final int LARGEST = 32_000_000;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    // Names of keys are not kept between parses: their table refuses texts whose names collide on purpose with an
    // exception that nobody expects.
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .build();

    private static final ObjectWriter WRITER = MAPPER.writer(new DefaultPrettyPrinter()
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(DefaultPrettyPrinter.FixedSpaceIndenter.instance));

    private Json() {}

    /**
     * The text of a value, indented, ended by a line feed.
     *
     * @throws IllegalArgumentException if the value holds something that has no JSON form
     */
    public static String pretty(Object value) {
        Objects.requireNonNull(value, "value");
        try {
            return WRITER.writeValueAsString(value) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("This value has no JSON form: " + e.getOriginalMessage(), e);
        }
    }

    /** Writes {@link #pretty} to a file, atomically; see {@link AtomicFile}. */
    public static void write(Path file, Object value) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(value, "value");
        byte[] text = pretty(value).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(text));
    }

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
