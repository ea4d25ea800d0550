package io.github.rewrite4j.edit;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.NearestNames;
import io.github.rewrite4j.io.PrintableText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.nd4j.shade.jackson.databind.JsonNode;

/** The fields of one JSON object, each read as what it must be. */
final class JsonFields {
    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})-(\\d{1,9})");
    private static final int LONGEST_RANGE = 10_000;

    private final String file;
    private final String path;
    private final JsonNode node;

    private JsonFields(String file, String path, JsonNode node) throws FileFormatException {
        this.file = file;
        this.path = path;
        this.node = node;
        if (!node.isObject()) {
            throw wrong("", "expected an object {...}, found " + node.getNodeType());
        }
    }

    static JsonFields of(String file, JsonNode node) throws FileFormatException {
        return new JsonFields(file, "", node);
    }

    void requireKnown(Set<String> known) throws FileFormatException {
        List<String> unknown = new ArrayList<>();
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                unknown.add(name);
            }
        });
        if (!unknown.isEmpty()) {
            String name = unknown.get(0);
            throw wrong(
                    name,
                    "this key is not known. " + NearestNames.hint(PrintableText.name(name), new TreeSet<>(known)));
        }
    }

    /** The keys that have a value, in the order of the file. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(name -> {
            if (has(name)) {
                names.add(name);
            }
        });
        return names;
    }

    boolean isText(String key) {
        return node.path(key).isTextual();
    }

    boolean has(String key) {
        return node.hasNonNull(key);
    }

    String text(String key) throws FileFormatException {
        JsonNode value = present(key);
        if (!value.isTextual()) {
            throw wrong(key, "expected a text in quotes, found " + shown(value));
        }
        return value.asText();
    }

    double number(String key) throws FileFormatException {
        JsonNode value = present(key);
        if (!value.isNumber()) {
            throw wrong(key, "expected a number, found " + shown(value));
        }
        return value.asDouble();
    }

    int whole(String key) throws FileFormatException {
        return whole(key, present(key));
    }

    /** A seed: a whole number below 2^32. */
    long seed(String key) throws FileFormatException {
        JsonNode value = present(key);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(key, "expected a whole number, found " + shown(value));
        }
        return value.asLong();
    }

    /** A list of whole numbers, or the first and the last of a range as {@code "1000-1031"}. */
    List<Integer> wholes(String key) throws FileFormatException {
        if (present(key).isTextual()) {
            return range(key, text(key));
        }
        List<Integer> numbers = new ArrayList<>();
        for (JsonNode value : list(key)) {
            numbers.add(whole(key, value));
        }
        return numbers;
    }

    private List<Integer> range(String key, String text) throws FileFormatException {
        Matcher range = RANGE.matcher(text);
        if (!range.matches()) {
            throw wrong(
                    key,
                    "expected a list of numbers or a range such as \"10-20\", found \"" + PrintableText.name(text)
                            + "\"");
        }
        int first = Integer.parseInt(range.group(1));
        int last = Integer.parseInt(range.group(2));
        if (last < first || last - first >= LONGEST_RANGE) {
            throw wrong(key, "the range \"" + text + "\" must rise, by at most " + LONGEST_RANGE + " numbers");
        }
        return IntStream.rangeClosed(first, last).boxed().toList();
    }

    <E extends Enum<E>> E choice(String key, E byDefault) throws FileFormatException {
        if (!has(key)) {
            return byDefault;
        }
        String wanted = text(key);
        E[] all = byDefault.getDeclaringClass().getEnumConstants();
        return Arrays.stream(all)
                .filter(candidate -> candidate.toString().equals(wanted))
                .findFirst()
                .orElseThrow(() -> wrong(
                        key,
                        "expected one of " + Arrays.toString(all) + ", found '" + PrintableText.name(wanted) + "'"));
    }

    JsonFields object(String key) throws FileFormatException {
        return new JsonFields(file, join(key), present(key));
    }

    List<JsonFields> objects(String key) throws FileFormatException {
        List<JsonFields> objects = new ArrayList<>();
        for (JsonNode value : list(key)) {
            objects.add(new JsonFields(file, join(key) + "[" + objects.size() + "]", value));
        }
        return objects;
    }

    FileFormatException wrong(String key, String problem) {
        String where = join(key);
        return where.isEmpty()
                ? new FileFormatException(file, "contents", problem)
                : FileFormatException.atKey(file, where, problem);
    }

    private JsonNode list(String key) throws FileFormatException {
        JsonNode value = present(key);
        if (!value.isArray()) {
            throw wrong(key, "expected a list [...], found " + value.getNodeType());
        }
        return value;
    }

    private JsonNode present(String key) throws FileFormatException {
        JsonNode value = node.get(key);
        if (value == null || value.isNull()) {
            throw wrong(key, "this key is missing");
        }
        return value;
    }

    private int whole(String key, JsonNode value) throws FileFormatException {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(key, "expected a whole number, found " + shown(value));
        }
        return value.asInt();
    }

    private static String shown(JsonNode value) {
        return value.isContainerNode() ? value.getNodeType().toString() : PrintableText.name(value.toString());
    }

    private String join(String key) {
        return path.isEmpty() || key.isEmpty() ? path + key : path + "." + key;
    }
}
