package io.github.rewrite4j.avatars.attribute;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.internal.JsonText;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * How well a network names what pictures show that it was not trained on.
 *
 * @param pictures how many it was asked about
 * @param accuracy share of right answers by attribute
 * @param colourError mean absolute error by colour, in levels of 255, where the colour is to be seen
 */
public record AttributeScores(int pictures, Map<String, Double> accuracy, Map<String, Double> colourError) {
    public AttributeScores {
        Objects.requireNonNull(accuracy, "accuracy");
        Objects.requireNonNull(colourError, "colourError");
        accuracy = Collections.unmodifiableMap(new LinkedHashMap<>(accuracy));
        colourError = Collections.unmodifiableMap(new LinkedHashMap<>(colourError));
    }

    String toJson() {
        return Json.pretty(this);
    }

    static AttributeScores parse(String json, String label) throws FileFormatException {
        JsonNode node = JsonText.parse(json, label);
        return new AttributeScores(
                node.path("pictures").asInt(), numbers(node.path("accuracy")), numbers(node.path("colourError")));
    }

    private static Map<String, Double> numbers(JsonNode node) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        node.fields()
                .forEachRemaining(
                        field -> numbers.put(field.getKey(), field.getValue().asDouble()));
        return numbers;
    }

    /** One line for people. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("on " + pictures + " held-out pictures");
        accuracy.forEach((name, share) -> text.append(String.format(Locale.ROOT, ", %s %.1f %%", name, 100 * share)));
        colourError.forEach((name, error) -> text.append(String.format(Locale.ROOT, ", %s +-%.1f/255", name, error)));
        return text.toString();
    }
}
