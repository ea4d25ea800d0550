package io.github.rewrite4j.avatars.attribute;

import java.util.HashSet;
import java.util.List;

/**
 * A question about a picture with one answer out of several.
 *
 * @param name such as "mouth"
 * @param classes the answers, at least two, all different; a label is an index into them
 */
public record AttributeHead(String name, List<String> classes) {
    public AttributeHead {
        classes = List.copyOf(classes);
        if (name.isBlank()) {
            throw new IllegalArgumentException("An attribute needs a name.");
        }
        if (classes.size() < 2 || new HashSet<>(classes).size() < classes.size()) {
            throw new IllegalArgumentException(
                    "The attribute '" + name + "' has the classes " + classes + ": give at least two, all different.");
        }
    }
}
