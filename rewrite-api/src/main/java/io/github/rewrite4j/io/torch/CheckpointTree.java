package io.github.rewrite4j.io.torch;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.PrintableText;
import io.github.rewrite4j.io.internal.ReadBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was unpickled, as plain Java: maps with text keys, lists, numbers, texts and tensors. Placeholders and None are left
 * out. Parts that are shared are turned once, so that a small file cannot become a large tree. A whole module counts as the
 * dict of its parameters, buffers and inner modules.
 */
final class CheckpointTree {
    private static final int DEEPEST = 100;
    private static final int MOST_PLACES = 1_000_000;
    private static final int MOST_LEFT_OUT = 1000;

    /** Bytes for an entry of a map or list, for a place that is visited, for a named tensor, for a key that is no text. */
    private static final int ENTRY = 96;

    private static final int PLACE = 16;
    private static final int TENSOR = 200;
    private static final int KEY = 200;

    private final String file;
    private final TorchObjects objects;
    private final ReadBudget budget;
    private final IdentityHashMap<Object, Object> done = new IdentityHashMap<>();
    private final IdentityHashMap<Object, Boolean> open = new IdentityHashMap<>();
    private final IdentityHashMap<Pickled.Thing, Map<Object, Object>> modules = new IdentityHashMap<>();
    private final Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    private final Map<String, String> leftOut = new LinkedHashMap<>();
    private final Map<String, Pickled.Thing> modulesByName = new LinkedHashMap<>();
    private final Set<String> dropped = new LinkedHashSet<>();
    private final StringBuilder path = new StringBuilder();
    private int places;

    private CheckpointTree(String file, TorchObjects objects, ReadBudget budget) {
        this.file = file;
        this.objects = objects;
        this.budget = budget;
    }

    /**
     * The result of turning.
     *
     * @param root the plain tree
     * @param tensors all tensors by the keys on the way to them, joined with dots
     * @param leftOut what is no plain data, named in the same way; no name is that of a tensor too
     * @param dropped sentences about values whose names are taken
     * @param modules whole modules by the keys on the way to them
     */
    record Plain(
            Object root,
            Map<String, TorchTensor> tensors,
            Map<String, String> leftOut,
            List<String> dropped,
            Map<String, Pickled.Thing> modules) {}

    static Plain of(String file, Object unpickled, TorchObjects objects, ReadBudget budget) throws FileFormatException {
        CheckpointTree tree = new CheckpointTree(file, objects, budget);
        Object root = tree.plain(unpickled, 0).orElse(Map.of());
        tree.collect(unpickled);
        return new Plain(
                root,
                Collections.unmodifiableMap(tree.tensors),
                Collections.unmodifiableMap(tree.leftOut),
                List.copyOf(tree.dropped),
                Collections.unmodifiableMap(tree.modulesByName));
    }

    /** What a module has beside parameters, buffers and inner modules, as far as it is plain data. */
    static Map<String, Object> attributes(String file, Pickled.Thing module, ReadBudget budget)
            throws FileFormatException {
        CheckpointTree tree = new CheckpointTree(file, new TorchObjects(budget), budget);
        Map<String, Object> plain = new LinkedHashMap<>();
        for (Map.Entry<?, ?> attribute : module.attributes().entrySet()) {
            if (attribute.getKey() instanceof String name && !Pickled.Thing.holdsMembers(name)) {
                tree.plain(attribute.getValue(), 1).ifPresent(value -> plain.put(name, value));
            }
        }
        return plain;
    }

    private byte[] copied(Pickled.Embedded embedded) throws FileFormatException {
        budget.charge(embedded.length());
        byte[] bytes = new byte[embedded.length()];
        try {
            embedded.bytes().get(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes;
    }

    private Optional<Object> plain(Object given, int depth) throws FileFormatException {
        Object value = given instanceof Pickled.Key key ? key.value() : given;
        if (value instanceof Pickled.Global global) {
            objects.unknown(global);
            return Optional.empty();
        }
        if (value instanceof Pickled.Embedded embedded) {
            return Optional.of(copied(embedded));
        }
        if (value instanceof Pickled.Storage || value instanceof SavedStorage) {
            objects.warn("a storage without a tensor was dropped");
            return Optional.empty();
        }
        if (value instanceof Pickled.Array array) {
            if (array.content() instanceof Pickled.Inert other) {
                objects.inert(other.what());
            }
            return array.content() instanceof TorchTensor tensor ? Optional.of(tensor) : Optional.empty();
        }
        if (value instanceof Pickled.Thing thing && module(thing).isEmpty()) {
            objects.unknown(thing.type());
            return Optional.empty();
        }
        if (value instanceof Pickled.None || value instanceof Pickled.Inert || value instanceof Pickled.ElementType) {
            return Optional.empty();
        }
        if (value instanceof Pickled.Tuple tuple) {
            return container(tuple.items(), tuple.items(), depth);
        }
        if (value instanceof Pickled.Thing thing) {
            return container(thing, module(thing).orElseThrow(), depth);
        }
        if (value instanceof Map<?, ?> || value instanceof List<?> || value instanceof Set<?>) {
            return container(value, value, depth);
        }
        return Optional.of(value);
    }

    /** The members of a module, made once. */
    private Optional<Map<Object, Object>> module(Pickled.Thing thing) throws FileFormatException {
        Map<Object, Object> known = modules.get(thing);
        if (known == null) {
            budget.charge(1 + thing.size(), ENTRY);
            Optional<Map<Object, Object>> members = thing.members();
            if (members.isEmpty()) {
                return members;
            }
            known = members.get();
            modules.put(thing, known);
        }
        return Optional.of(known);
    }

    private Optional<Object> container(Object identity, Object value, int depth) throws FileFormatException {
        Object known = done.get(identity);
        if (known != null) {
            return Optional.of(known);
        }
        if (depth > DEEPEST) {
            throw new FileFormatException(
                    file, "contents", "dicts and lists are nested more than " + DEEPEST + " deep");
        }
        if (open.put(identity, true) != null) {
            throw new FileFormatException(file, "contents", "a dict or list contains itself");
        }
        Object plain = value instanceof Map<?, ?> map
                ? map(map, depth + 1)
                : list(value instanceof List<?> list ? list : List.copyOf((Set<?>) value), depth + 1);
        open.remove(identity);
        done.put(identity, plain);
        return Optional.of(plain);
    }

    private Map<String, Object> map(Map<?, ?> map, int depth) throws FileFormatException {
        budget.charge(1 + map.size(), ENTRY);
        Map<String, Object> plain = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Optional<Object> value = plain(entry.getValue(), depth);
            if (value.isPresent()) {
                String key = key(entry.getKey());
                if (plain.putIfAbsent(key, value.get()) != null) {
                    dropped("of two keys '" + PrintableText.name(key) + "' that read alike one was dropped");
                }
            }
        }
        return Collections.unmodifiableMap(plain);
    }

    private String key(Object given) throws FileFormatException {
        if (given instanceof String text) {
            return text;
        }
        Object key = given instanceof Pickled.Key other ? other.value() : given;
        // The digits of a large number cost the square of their count.
        budget.charge(KEY + (key instanceof BigInteger number ? 16L * number.bitLength() : 0));
        return String.valueOf(key);
    }

    private List<Object> list(List<?> list, int depth) throws FileFormatException {
        budget.charge(1 + list.size(), ENTRY);
        List<Object> plain = new ArrayList<>();
        for (Object element : list) {
            plain(element, depth).ifPresent(plain::add);
        }
        return Collections.unmodifiableList(plain);
    }

    /** Finds all tensors below a value, which was turned before: so it is neither too deep nor circular. */
    private void collect(Object value) throws FileFormatException {
        budget.charge(PLACE);
        if (++places > MOST_PLACES) {
            throw new FileFormatException(
                    file, "contents", "more than " + MOST_PLACES + " values are reached through shared parts");
        }
        if (value instanceof Pickled.Array array) {
            collect(array.content());
        } else if (value instanceof TorchTensor tensor) {
            String name = name();
            if (tensors.putIfAbsent(name, tensor) != null || leftOut.remove(name) != null) {
                dropped("of two values at '" + PrintableText.name(name) + "' one was dropped");
            }
        } else if (value instanceof Map<?, ?> map) {
            collectAll(map);
        } else if (value instanceof Pickled.Tuple tuple) {
            collectAll(tuple.items());
        } else if (value instanceof List<?> list) {
            collectAll(list);
        } else if (value instanceof Pickled.Thing thing) {
            Optional<Map<Object, Object>> members = module(thing);
            if (members.isPresent()) {
                modulesByName.putIfAbsent(name(), thing);
                collectAll(members.get());
            } else {
                leaveOut("an object of '" + PrintableText.name(thing.type().path()) + "'");
            }
        } else if (value instanceof Pickled.Inert inert) {
            leaveOut(inert.what());
        }
    }

    private void leaveOut(String what) throws FileFormatException {
        String name = name();
        if (tensors.containsKey(name)) {
            dropped("of two values at '" + PrintableText.name(name) + "' one was dropped");
        } else if (leftOut.size() < MOST_LEFT_OUT) {
            leftOut.put(name, what);
        }
    }

    /** Something that has no name of its own to be left out under. */
    private void dropped(String sentence) {
        objects.warn(sentence);
        if (dropped.size() < MOST_LEFT_OUT) {
            dropped.add(sentence);
        }
    }

    private String name() throws FileFormatException {
        budget.charge(TENSOR + 2L * path.length());
        return path.toString();
    }

    private void collectAll(Map<?, ?> map) throws FileFormatException {
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            collectAt(key(entry.getKey()), entry.getValue());
        }
    }

    private void collectAll(List<?> list) throws FileFormatException {
        for (int i = 0; i < list.size(); i++) {
            collectAt(Integer.toString(i), list.get(i));
        }
    }

    private void collectAt(String key, Object value) throws FileFormatException {
        if (value instanceof String
                || value instanceof Number
                || value instanceof Boolean
                || value == Pickled.None.NONE) {
            return;
        }
        int length = path.length();
        budget.charge(key.length());
        path.append(length == 0 ? "" : ".").append(key);
        collect(value);
        path.setLength(length);
    }
}
