package io.github.rewrite4j.io;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was unpickled, as plain Java: maps with text keys, lists, numbers, texts and tensors. Placeholders and None are left
 * out. Parts that are shared are turned once, so that a small file cannot become a large tree.
 */
final class CheckpointTree {
    private static final int DEEPEST = 100;
    private static final int MOST_PLACES = 1_000_000;

    private final String file;
    private final TorchObjects objects;
    private final IdentityHashMap<Object, Object> done = new IdentityHashMap<>();
    private final IdentityHashMap<Object, Boolean> open = new IdentityHashMap<>();
    private final Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    private int places;

    private CheckpointTree(String file, TorchObjects objects) {
        this.file = file;
        this.objects = objects;
    }

    /**
     * The result of turning.
     *
     * @param root the plain tree
     * @param tensors all tensors by the keys on the way to them, joined with dots
     */
    record Plain(Object root, Map<String, TorchTensor> tensors) {}

    static Plain of(String file, Object unpickled, TorchObjects objects) throws FileFormatException {
        CheckpointTree tree = new CheckpointTree(file, objects);
        Object root = tree.plain(unpickled, 0).orElse(Map.of());
        tree.collect("", root);
        return new Plain(root, Collections.unmodifiableMap(tree.tensors));
    }

    private Optional<Object> plain(Object value, int depth) throws FileFormatException {
        if (value instanceof Pickled.Global global) {
            objects.unknown(global);
            return Optional.empty();
        }
        if (value instanceof Pickled.Storage) {
            objects.warn("a storage without a tensor was dropped");
            return Optional.empty();
        }
        if (value instanceof Pickled.None || value instanceof Pickled.Inert) {
            return Optional.empty();
        }
        if (value instanceof Pickled.Tuple tuple) {
            return container(tuple.items(), depth);
        }
        if (value instanceof Map<?, ?> || value instanceof List<?> || value instanceof Set<?>) {
            return container(value, depth);
        }
        return Optional.of(value);
    }

    private Optional<Object> container(Object value, int depth) throws FileFormatException {
        Object known = done.get(value);
        if (known != null) {
            return Optional.of(known);
        }
        if (depth > DEEPEST) {
            throw new FileFormatException(
                    file, "contents", "dicts and lists are nested more than " + DEEPEST + " deep");
        }
        if (open.put(value, true) != null) {
            throw new FileFormatException(file, "contents", "a dict or list contains itself");
        }
        Object plain = value instanceof Map<?, ?> map
                ? map(map, depth + 1)
                : list(value instanceof List<?> list ? list : List.copyOf((Set<?>) value), depth + 1);
        open.remove(value);
        done.put(value, plain);
        return Optional.of(plain);
    }

    private Map<String, Object> map(Map<?, ?> map, int depth) throws FileFormatException {
        Map<String, Object> plain = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            Optional<Object> value = plain(entry.getValue(), depth);
            if (value.isPresent() && plain.putIfAbsent(String.valueOf(entry.getKey()), value.get()) != null) {
                objects.warn("of two keys '" + FileFormatException.printable(String.valueOf(entry.getKey()))
                        + "' that read alike one was dropped");
            }
        }
        return Collections.unmodifiableMap(plain);
    }

    private List<Object> list(List<?> list, int depth) throws FileFormatException {
        List<Object> plain = new ArrayList<>();
        for (Object element : list) {
            plain(element, depth).ifPresent(plain::add);
        }
        return Collections.unmodifiableList(plain);
    }

    private void collect(String path, Object value) throws FileFormatException {
        if (++places > MOST_PLACES) {
            throw new FileFormatException(
                    file, "contents", "more than " + MOST_PLACES + " values are reached through shared parts");
        }
        if (value instanceof TorchTensor tensor) {
            if (tensors.putIfAbsent(path, tensor) != null) {
                objects.warn("of two tensors at '" + FileFormatException.printable(path) + "' one was dropped");
            }
        } else if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                collect(join(path, String.valueOf(entry.getKey())), entry.getValue());
            }
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                collect(join(path, Integer.toString(i)), list.get(i));
            }
        }
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
