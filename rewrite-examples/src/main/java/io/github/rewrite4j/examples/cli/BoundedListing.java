package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.io.PrintableText;
import io.github.rewrite4j.io.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.nd4j.shade.jackson.databind.JsonNode;

/** Lists what a file holds, line by line, a bounded number of them, however much there is. */
final class BoundedListing {
    private static final int MOST_LINES = 900;
    private static final int MOST_METADATA = 100;
    private static final int MOST_LEFT_OUT = 20;
    private static final int WIDEST = 60;
    private static final int DEEPEST = 20;

    private final Console console;
    private int left = MOST_LINES;

    BoundedListing(Console console) {
        this.console = console;
    }

    /** Key and value of each entry. */
    void show(Map<String, String> metadata) {
        metadata.entrySet().stream()
                .limit(MOST_METADATA)
                .forEach(entry -> console.say("%s: %s", PrintableText.name(entry.getKey()), entry.getValue()));
        more(metadata.size() - MOST_METADATA, "lines of metadata");
    }

    /** Tensors by name with type and shape, what was left out, and how many numbers there are. */
    void show(TensorSource tensors) throws IOException {
        List<String> names = new ArrayList<>(new TreeSet<>(tensors.names()));
        List<String> shown = names.subList(0, Math.min(left, names.size()));
        int width = shown.stream()
                .mapToInt(name -> PrintableText.shortened(name, WIDEST).length())
                .max()
                .orElse(0);
        double numbers = 0;
        for (String name : names) {
            numbers += Arrays.stream(tensors.shape(name)).asDoubleStream().reduce(1, (a, b) -> a * b);
        }
        for (String name : shown) {
            console.say(
                    "  %s %-7s %s",
                    String.format(Locale.ROOT, "%-" + (width + 1) + "s", PrintableText.shortened(name, WIDEST)),
                    tensors.type(name),
                    Arrays.toString(tensors.shape(name)));
        }
        more(names.size() - shown.size(), "tensors");
        Map<String, String> leftOut = tensors.leftOut();
        leftOut.entrySet().stream()
                .limit(MOST_LEFT_OUT)
                .forEach(part -> console.say(
                        "  left out: %s, %s",
                        PrintableText.shortened(part.getKey(), WIDEST), PrintableText.name(part.getValue())));
        more(leftOut.size() - MOST_LEFT_OUT, "parts that are left out");
        console.say("%d tensors, %,.0f numbers", names.size(), numbers);
    }

    /** The fields of an object, indented, or the elements of an array. */
    void show(JsonNode content) {
        if (content.isObject()) {
            show("", content, 0);
        } else {
            console.say("%s", content);
        }
    }

    private void show(String indent, JsonNode node, int depth) {
        int fields = 0;
        Iterator<Map.Entry<String, JsonNode>> entries = node.fields();
        while (entries.hasNext() && left > 0) {
            fields++;
            Map.Entry<String, JsonNode> field = entries.next();
            JsonNode value = field.getValue();
            left--;
            String key = PrintableText.name(field.getKey());
            if (value.isObject() && depth < DEEPEST) {
                console.say("%s%s:", indent, key);
                show(indent + "  ", value, depth + 1);
            } else {
                console.say("%s%s: %s", indent, key, value.isTextual() ? value.asText() : value);
            }
        }
        more(node.size() - fields, "fields");
    }

    private void more(int count, String what) {
        if (count > 0) {
            console.say("... and %d more %s", count, what);
        }
    }
}
