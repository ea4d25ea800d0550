package io.github.rewrite4j.io;

import io.github.rewrite4j.io.internal.ReadBudget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.JsonToken;
import org.nd4j.shade.jackson.core.StreamReadFeature;

/**
 * Reads the JSON of a header token by token, and builds no number that is not a length. Fields that the format does not
 * know are passed over, as the reference implementation does, and {@linkplain #remarks named}.
 */
final class SafeTensorsHeaderParser {
    /** The largest rank that ND4J has. */
    private static final int MAX_RANK = 32;

    private static final int LONGEST_NUMBER = 19;

    /** Objects and arrays within each other in a field that is passed over. */
    private static final int DEEPEST = 32;

    /** Bytes for a tensor or a line of metadata, beside its name. */
    private static final int ENTRY = 400;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private final String file;
    private final String text;
    private final ReadBudget budget;
    private final List<SafeTensorsHeader.Entry> entries = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();

    SafeTensorsHeaderParser(String file, String text, ReadBudget budget) {
        this.file = file;
        this.text = text;
        this.budget = budget;
    }

    List<SafeTensorsHeader.Entry> entries() {
        return entries;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    /** A sentence, without its full stop, for each field that was passed over. */
    List<String> remarks() {
        return remarks;
    }

    void parse() throws IOException {
        try (JsonParser json = JSON.createParser(text)) {
            json.nextToken();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = wellFormed(json, json.getCurrentName());
                budget.charge(ENTRY + 2L * name.length());
                if (name.equals(SafeTensorsHeader.METADATA)) {
                    parseMetadata(json);
                } else {
                    entries.add(parseTensor(json, name));
                }
            }
            if (json.nextToken() != null) {
                throw at(json, "something follows the JSON object; expected only spaces");
            }
        } catch (JsonProcessingException e) {
            long offset = e.getLocation() == null ? 0 : e.getLocation().getCharOffset();
            FileFormatException broken = FileFormatException.atByte(
                    file,
                    byteOffset(offset),
                    "the header is not valid JSON: " + PrintableText.name(e.getOriginalMessage()));
            broken.initCause(e);
            throw broken;
        }
    }

    private void parseMetadata(JsonParser json) throws IOException {
        json.nextToken();
        // The reference implementation writes and reads null where there is no metadata.
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return;
        }
        if (json.currentToken() != JsonToken.START_OBJECT) {
            passOver(json, SafeTensorsHeader.METADATA, "'" + SafeTensorsHeader.METADATA + "' is no object of strings");
            return;
        }
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = wellFormed(json, json.getCurrentName());
            budget.charge(ENTRY + 2L * key.length());
            if (json.nextToken() == JsonToken.VALUE_STRING) {
                metadata.put(key, wellFormed(json, json.getText()));
            } else {
                String name = SafeTensorsHeader.METADATA + "." + key;
                passOver(json, name, "'" + PrintableText.name(name) + "' is no string");
            }
        }
    }

    private SafeTensorsHeader.Entry parseTensor(JsonParser json, String name) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw atKey(name, "is not an object; expected dtype, shape and data_offsets");
        }
        String type = null;
        long[] shape = null;
        long[] offsets = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.getCurrentName();
            json.nextToken();
            switch (field) {
                case "dtype" -> type = parseType(json, name);
                case "shape" -> shape = parseNumbers(json, name, "shape", MAX_RANK);
                case "data_offsets" -> offsets = parseNumbers(json, name, "data_offsets", 2);
                default ->
                    passOver(
                            json,
                            name,
                            "'" + PrintableText.name(name) + "' has a field '" + PrintableText.name(field)
                                    + "' that safetensors does not know");
            }
        }
        long[] span = required(offsets, name, "data_offsets");
        if (span.length != 2) {
            throw atKey(name, "data_offsets has " + span.length + " numbers; expected 2, begin and end");
        }
        String dtype = required(type, name, "dtype");
        long[] dimensions = required(shape, name, "shape");
        Optional<TensorType> known = TensorType.named(dtype);
        try {
            if (known.isEmpty()) {
                TensorInfo.requireSpan(span[0], span[1]);
                String what = "a tensor of type '" + PrintableText.name(dtype) + "'";
                return new SafeTensorsHeader.Entry(name, span[0], span[1], Optional.empty(), what);
            }
            TensorInfo info = new TensorInfo(name, known.get(), dimensions, span[0], span[1]);
            return new SafeTensorsHeader.Entry(name, span[0], span[1], Optional.of(info), "");
        } catch (IllegalArgumentException e) {
            throw atKey(name, String.valueOf(e.getMessage()));
        }
    }

    /** Goes to the end of the value at which the parser stands. */
    private void passOver(JsonParser json, String key, String why) throws IOException {
        String remark = why + "; passed over";
        budget.charge(ENTRY + 2L * remark.length());
        remarks.add(remark);
        int depth = 0;
        JsonToken token = json.currentToken();
        while (true) {
            if (token.isStructStart() && ++depth > DEEPEST) {
                throw atKey(key, why + ", and nests more than " + DEEPEST + " deep");
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.FIELD_NAME) {
                budget.charge(ENTRY + 2L * json.getTextLength());
            }
            if (depth == 0) {
                return;
            }
            token = json.nextToken();
        }
    }

    private String parseType(JsonParser json, String name) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw atKey(name, "dtype is not a string; expected one of " + Arrays.toString(TensorType.values()));
        }
        return json.getText();
    }

    private long[] parseNumbers(JsonParser json, String name, String field, int most) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw atKey(name, field + " is not an array; expected an array of whole numbers");
        }
        long[] numbers = new long[most];
        int count = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (count == most) {
                throw atKey(name, field + " has more than " + most + " numbers; expected at most " + most);
            }
            numbers[count++] = parseNumber(json, name, field);
        }
        return Arrays.copyOf(numbers, count);
    }

    private long parseNumber(JsonParser json, String name, String field) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw atKey(name, field + " holds something that is not a whole number; expected whole numbers");
        }
        String digits = json.getText();
        if (digits.startsWith("-")) {
            throw atKey(
                    name, field + " holds the negative number " + PrintableText.name(digits) + "; expected 0 or more");
        }
        // The text is judged by its length first: to build a number of millions of digits takes minutes.
        if (digits.length() > LONGEST_NUMBER || (digits.length() == LONGEST_NUMBER && tooLarge(digits))) {
            throw atKey(
                    name,
                    field + " holds " + PrintableText.name(digits) + ", which overflows; expected less than" + " 2^63");
        }
        return Long.parseLong(digits);
    }

    private static boolean tooLarge(String digits) {
        return digits.compareTo(Long.toString(Long.MAX_VALUE)) > 0;
    }

    private <T> T required(@Nullable T value, String name, String field) throws FileFormatException {
        if (value == null) {
            throw atKey(name, "has no " + field + "; expected dtype, shape and data_offsets");
        }
        return value;
    }

    /** JSON can escape half a surrogate pair, which no UTF-8 file could be written with. */
    private String wellFormed(JsonParser json, String string) throws FileFormatException {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(string)) {
            throw at(json, "a string holds an unpaired surrogate; expected valid Unicode");
        }
        return string;
    }

    private FileFormatException atKey(String key, String problem) {
        return FileFormatException.atKey(file, key, problem);
    }

    private FileFormatException at(JsonParser json, String problem) {
        return FileFormatException.atByte(
                file, byteOffset(json.getTokenLocation().getCharOffset()), problem);
    }

    private long byteOffset(long charOffset) {
        int chars = (int) Math.max(0, Math.min(charOffset, text.length()));
        return (long) SafeTensorsHeader.PREFIX + text.substring(0, chars).getBytes(StandardCharsets.UTF_8).length;
    }
}
