package io.github.rewrite4j.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.nd4j.shade.jackson.core.JsonGenerator;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.json.JsonWriteFeature;
import org.nd4j.shade.jackson.core.util.DefaultIndenter;
import org.nd4j.shade.jackson.core.util.DefaultPrettyPrinter;
import org.nd4j.shade.jackson.databind.JsonSerializer;
import org.nd4j.shade.jackson.databind.ObjectWriter;
import org.nd4j.shade.jackson.databind.SerializerProvider;
import org.nd4j.shade.jackson.databind.json.JsonMapper;
import org.nd4j.shade.jackson.databind.module.SimpleModule;

/**
 * JSON as Rewrite4J writes it: the same bytes on every system.
 *
 * <p>Written: {@linkplain Facts facts}, maps, lists, records, strings, numbers and booleans; maps in their own order; indented by two spaces,
 * lines ended by a line feed, in UTF-8. A double that is not finite has no number in JSON and becomes the string
 * {@code "NaN"}, {@code "Infinity"} or {@code "-Infinity"}: visible to people, and an error for programs that expect a
 * number.
 */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .addModule(new SimpleModule().addSerializer(Facts.class, new FactsWriter()))
            .build();

    private static final ObjectWriter WRITER = MAPPER.writer(new DefaultPrettyPrinter()
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(DefaultPrettyPrinter.FixedSpaceIndenter.instance));

    private Json() {}

    private static final class FactsWriter extends JsonSerializer<Facts> {
        @Override
        public void serialize(Facts facts, JsonGenerator to, SerializerProvider provider) throws IOException {
            to.writeObject(facts.asMap());
        }
    }

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
}
