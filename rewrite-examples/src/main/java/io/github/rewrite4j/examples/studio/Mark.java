package io.github.rewrite4j.examples.studio;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * A painted part of an image.
 *
 * @param subject key of the image, see {@link Subjects}
 * @param mask key of its mask, a PNG
 */
record Mark(String subject, String mask) {
    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("subject", subject);
        map.put("mask", mask);
        return map;
    }

    static Mark of(JsonNode node) {
        return new Mark(node.path("subject").asText(), node.path("mask").asText());
    }
}
