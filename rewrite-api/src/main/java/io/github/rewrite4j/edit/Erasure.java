package io.github.rewrite4j.edit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Something that should go: one example of it, and where else it is to be seen. Immutable.
 *
 * @param example a region of an image that shows it; the rule is learnt there
 * @param contexts regions of images that show it, which decide what else the rule applies to; the example, where there are
 *     none
 */
public record Erasure(Selection example, List<Selection> contexts) {
    public Erasure {
        Objects.requireNonNull(example, "example");
        Objects.requireNonNull(contexts, "contexts");
        contexts = List.copyOf(contexts);
    }

    /** Starts with the example. */
    public static Erasure of(Selection example) {
        Objects.requireNonNull(example, "example");
        return new Erasure(example, List.of());
    }

    /** It is to be seen there, too; may be repeated. */
    public Erasure seenAt(Selection context) {
        Objects.requireNonNull(context, "context");
        List<Selection> more = new ArrayList<>(contexts);
        more.add(context);
        return new Erasure(example, more);
    }

    /**
     * What a file of the original interface marks: its paste, or else the first key, is the example, and the keys are the
     * contexts.
     *
     * @throws IllegalArgumentException when the file marks nothing
     */
    public static Erasure of(OriginalSelections selections) {
        if (selections.paste().isEmpty() && selections.contexts().isEmpty()) {
            throw new IllegalArgumentException(
                    "The file has neither a paste nor a key, which would mark what should go.");
        }
        return new Erasure(
                selections.paste().orElseGet(() -> selections.contexts().get(0)), selections.contexts());
    }

    /** The contexts, or the example where there are none. */
    public List<Selection> effectiveContexts() {
        return contexts.isEmpty() ? List.of(example) : contexts;
    }

    /** The contexts as an edit that copies the example onto itself, for what edits and erasures have in common. */
    public Edit asEdit() {
        return new Edit(example, List.of(example), effectiveContexts());
    }
}
