package io.github.rewrite4j.avatars.attribute;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/**
 * A question about a picture with one answer out of several.
 *
 * @param name such as "mouth"
 * @param classes the answers, at least two, all different; a label is an index into them
 */
public record AttributeHead(String name, List<String> classes) {
    public AttributeHead {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(classes, "classes");
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
