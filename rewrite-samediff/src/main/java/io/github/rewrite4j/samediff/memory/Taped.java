package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Rows;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Keys or values of a batch on a tape.
 *
 * @param tensor [N, C, h, w]
 * @param side side tensors by name
 */
public record Taped(Node tensor, Map<String, Node> side) {
    public Taped {
        Objects.requireNonNull(tensor, "tensor");
        Objects.requireNonNull(side, "side");
        side = Map.copyOf(side);
    }

    /** The side tensor of a name. */
    public Node side(String name) {
        Objects.requireNonNull(name, "name");
        Node node = side.get(name);
        if (node == null) {
            throw new RewriteException("The side tensor '" + name + "' is missing; there are " + side.keySet() + ".");
        }
        return node;
    }

    /** The same side tensors with another main tensor. */
    public Taped with(Node other) {
        Objects.requireNonNull(other, "other");
        return new Taped(other, side);
    }

    /** The first samples only. */
    public Taped firstRows(int count) {
        int samples = tensor.size(0);
        if (count == samples) {
            return this;
        }
        Map<String, Node> fewer = new LinkedHashMap<>();
        side.forEach((name, node) ->
                fewer.put(name, node.rank() > 0 && node.size(0) == samples ? Rows.slice(node, 0, count) : node));
        return new Taped(Rows.slice(tensor, 0, count), fewer);
    }

    /** Further side tensors, which win over those of the same name. */
    public Taped withSide(Map<String, Node> more) {
        Objects.requireNonNull(more, "more");
        Map<String, Node> all = new LinkedHashMap<>(side);
        all.putAll(more);
        return new Taped(tensor, all);
    }
}
