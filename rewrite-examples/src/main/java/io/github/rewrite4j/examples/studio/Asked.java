package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * What a page asked for.
 *
 * @param path behind the token and "api/"
 * @param query parameters, the last of each name
 * @param body bytes, none for GET
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Asked(String path, Map<String, String> query, byte[] body) {
    private static final String PNG = "data:image/png;base64,";

    String parameter(String name) {
        String value = query.get(name);
        if (value == null) {
            throw new IllegalArgumentException("The request lacks '" + name + "'.");
        }
        return value;
    }

    double number(String name) {
        try {
            double value = Double.parseDouble(parameter(name));
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException wrong) {
            // Said below.
        }
        throw new IllegalArgumentException("'" + name + "' is no number.");
    }

    List<String> subjects() {
        return List.of(parameter("subjects").split(","));
    }

    int edge() {
        int edge = query.containsKey("edge") ? (int) number("edge") : 256;
        return Math.max(16, Math.min(2048, edge));
    }

    JsonNode json() throws IOException {
        return JsonText.parse(new String(body, StandardCharsets.UTF_8), "the request");
    }

    /** A text field that must be there. */
    static String text(JsonNode node, String name) {
        if (!node.path(name).isTextual()) {
            throw new IllegalArgumentException("The request lacks the text '" + name + "'.");
        }
        return node.path(name).asText();
    }

    /** A number field that must be there. */
    static double number(JsonNode node, String name) {
        if (!node.path(name).isNumber()) {
            throw new IllegalArgumentException("The request lacks the number '" + name + "'.");
        }
        return node.path(name).asDouble();
    }

    /** A mask as a canvas gives it. */
    static byte[] mask(JsonNode node) {
        String text = text(node, "mask");
        if (!text.startsWith(PNG)) {
            throw new IllegalArgumentException("The mask is no PNG.");
        }
        return Base64.getDecoder().decode(text.substring(PNG.length()));
    }
}
