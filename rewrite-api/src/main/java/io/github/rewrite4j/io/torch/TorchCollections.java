package io.github.rewrite4j.io.torch;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.internal.ReadBudget;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Dicts, lists and sets of a pickle, of keys that are numbers or texts; others are dropped with a warning. */
final class TorchCollections {
    /** Bytes for an entry of a dict or a set. */
    private static final int ENTRY = 96;

    /** Bytes for an element of a list. */
    private static final int ELEMENT = 24;

    private final ReadBudget budget;
    private final Consumer<String> warnings;

    TorchCollections(ReadBudget budget, Consumer<String> warnings) {
        this.budget = budget;
        this.warnings = warnings;
    }

    Object dict(List<Object> arguments, int skipped) throws FileFormatException {
        Map<Object, Object> dict = new LinkedHashMap<>();
        if (arguments.size() > skipped && arguments.get(skipped) instanceof Map<?, ?> entries) {
            for (Map.Entry<?, ?> entry : entries.entrySet()) {
                put(dict, entry.getKey(), entry.getValue());
            }
        } else if (arguments.size() > skipped && arguments.get(skipped) instanceof List<?> pairs) {
            for (Object pair : pairs) {
                List<?> entry = pair instanceof Pickled.Tuple tuple
                        ? tuple.items()
                        : pair instanceof List<?> list ? list : List.of();
                if (entry.size() != 2) {
                    throw new IllegalArgumentException("an ordered dict is made from something that is no pair");
                }
                put(dict, entry.get(0), entry.get(1));
            }
        }
        return dict;
    }

    List<Object> items(List<Object> arguments) throws FileFormatException {
        if (arguments.isEmpty()) {
            return List.of();
        }
        if (arguments.get(0) instanceof Pickled.Tuple tuple) {
            budget.charge(tuple.items().size(), ELEMENT);
            return tuple.items();
        }
        if (arguments.get(0) instanceof Collection<?> some) {
            budget.charge(some.size(), ELEMENT);
            return List.copyOf(some);
        }
        return List.of();
    }

    Set<Object> set(List<Object> values) throws FileFormatException {
        Set<Object> set = new LinkedHashSet<>();
        addTo(set, values);
        return set;
    }

    @SuppressWarnings("unchecked")
    void addTo(Set<?> set, List<Object> values) throws FileFormatException {
        budget.charge(values.size(), ENTRY);
        for (Object value : values) {
            Optional<Object> key = Pickled.key(value);
            if (key.isPresent()) {
                ((Set<Object>) set).add(key.get());
            } else {
                warnings.accept("an element of a set was dropped: it is neither a number nor a text");
            }
        }
    }

    @SuppressWarnings("unchecked")
    void put(Map<?, ?> map, Object key, Object value) throws FileFormatException {
        budget.charge(ENTRY);
        Optional<Object> known = Pickled.key(key);
        if (known.isPresent()) {
            ((Map<Object, Object>) map).put(known.get(), value);
        } else {
            warnings.accept("an entry of a dict was dropped: its key is neither a number nor a text");
        }
    }
}
