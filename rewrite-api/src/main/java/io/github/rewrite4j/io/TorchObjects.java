package io.github.rewrite4j.io;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The objects that a checkpoint may build: tensors, ordered dicts, sets, byte strings. Whatever else a pickle wants to
 * build or call becomes an inert placeholder and a warning. This list is the whole of what a file can make happen.
 */
final class TorchObjects {
    private static final int MOST_WARNINGS = 100;
    private static final Map<String, StoredType> STORAGES = Map.of(
            "DoubleStorage", StoredType.F64,
            "FloatStorage", StoredType.F32,
            "HalfStorage", StoredType.F16,
            "BFloat16Storage", StoredType.BF16,
            "LongStorage", StoredType.I64,
            "IntStorage", StoredType.I32,
            "ShortStorage", StoredType.I16,
            "CharStorage", StoredType.I8,
            "ByteStorage", StoredType.U8,
            "BoolStorage", StoredType.BOOL);

    private final Set<String> warnings = new LinkedHashSet<>();
    private final List<Pickled.Storage> storages = new ArrayList<>();
    private final Set<String> classes = new LinkedHashSet<>();

    /** What was left out and why, each once. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** Names of the classes and functions that were asked for and not known. */
    List<String> classes() {
        return List.copyOf(classes);
    }

    /** The storages that were named. */
    List<Pickled.Storage> storages() {
        return List.copyOf(storages);
    }

    Object inert(String what) {
        warn(FileFormatException.printable(what)
                + " was dropped: only tensors, dicts, lists, numbers and texts are read");
        return Pickled.Inert.INERT;
    }

    /** The placeholder of an unknown class or function. */
    Object unknown(Pickled.Global global) {
        String path = FileFormatException.printable(global.path());
        if (classes.size() < MOST_WARNINGS) {
            classes.add(path);
        }
        warn("an object of '" + path + "' was dropped: it is neither a tensor nor plain data. Nothing of it was run");
        return Pickled.Inert.INERT;
    }

    void warn(String warning) {
        if (warnings.size() < MOST_WARNINGS) {
            warnings.add(warning);
        }
    }

    /** What calling {@code callable} with these arguments would build, if that is on the list. */
    Object build(Object callable, List<Object> arguments) {
        if (!(callable instanceof Pickled.Global global)) {
            return callable == Pickled.Inert.INERT
                    ? callable
                    : inert("the result of a call of something that is no class");
        }
        return switch (global.path()) {
            case "collections.OrderedDict" -> dict(arguments, 0);
            case "collections.defaultdict" -> dict(arguments, 1);
            case "builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset" -> setOf(arguments);
            case "builtins.list", "__builtin__.list" -> new ArrayList<>(items(arguments));
            case "torch.Size", "builtins.tuple", "__builtin__.tuple" -> new Pickled.Tuple(items(arguments));
            case "_codecs.encode" -> encoded(global, arguments);
            case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2" -> tensor(global, arguments);
            case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state" ->
                first(global, arguments);
            case "torch._tensor._rebuild_from_type_v2" ->
                arguments.size() >= 3
                                && arguments.get(2) instanceof Pickled.Tuple inner
                                && arguments.get(0) instanceof Pickled.Global rebuild
                                && rebuild.path().startsWith("torch._utils._rebuild_tensor")
                        ? tensor(rebuild, inner.items())
                        : unknown(global);
            default -> unknown(global);
        };
    }

    /** The storage that a persistent id names. */
    Object persistent(Object id) {
        if (id instanceof Pickled.Tuple tuple
                && tuple.items().size() >= 5
                && "storage".equals(tuple.items().get(0))
                && tuple.items().get(1) instanceof Pickled.Global type
                && tuple.items().get(2) instanceof String key
                && tuple.items().get(4) instanceof Long length) {
            StoredType stored = STORAGES.get(type.name());
            if (stored == null
                    || !(type.module().equals("torch") || type.module().equals("torch.cuda"))) {
                return unknown(type);
            }
            if (length < 0) {
                throw new IllegalArgumentException(
                        "storage '" + FileFormatException.printable(key) + "' claims " + length + " elements");
            }
            Pickled.Storage whole = new Pickled.Storage(key, stored, length, 0);
            storages.add(whole);
            return view(tuple.items(), whole);
        }
        return inert("a persistent id that names no storage");
    }

    /** Storages of the plain layout may be views of others: (key, first element, number of elements). */
    private Object view(List<Object> id, Pickled.Storage whole) {
        if (id.size() < 6 || !(id.get(5) instanceof Pickled.Tuple view)) {
            return whole;
        }
        if (view.items().size() == 3
                && view.items().get(1) instanceof Long begin
                && view.items().get(2) instanceof Long length
                && begin >= 0
                && length >= 0
                && begin <= whole.length() - length) {
            return new Pickled.Storage(whole.key(), whole.type(), length, begin);
        }
        throw new IllegalArgumentException("a view of storage '" + FileFormatException.printable(whole.key())
                + "' does not fit into its " + whole.length() + " elements");
    }

    private Object tensor(Pickled.Global global, List<Object> arguments) {
        if (!arguments.isEmpty() && arguments.get(0) == Pickled.Inert.INERT) {
            return Pickled.Inert.INERT;
        }
        if (arguments.size() < 4
                || !(arguments.get(0) instanceof Pickled.Storage storage)
                || !(arguments.get(1) instanceof Long offset)) {
            throw new IllegalArgumentException(
                    global.path() + " is called without a storage, an offset, a shape and strides");
        }
        StridedTensor within = StridedTensor.of(
                storage.type(), longs(arguments.get(2)), longs(arguments.get(3)), offset, storage.length());
        return new TorchTensor(storage, within);
    }

    private static long[] longs(Object tuple) {
        if (!(tuple instanceof Pickled.Tuple numbers)) {
            throw new IllegalArgumentException("a shape or strides are no tuple");
        }
        return numbers.items().stream()
                .mapToLong(number -> {
                    if (number instanceof Long value) {
                        return value;
                    }
                    throw new IllegalArgumentException("a shape or strides hold something that is no whole number");
                })
                .toArray();
    }

    private Object first(Pickled.Global global, List<Object> arguments) {
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException(global.path() + " is called without a tensor");
        }
        return arguments.get(0) instanceof TorchTensor tensor ? tensor : Pickled.Inert.INERT;
    }

    private Object dict(List<Object> arguments, int skipped) {
        Map<Object, Object> dict = new LinkedHashMap<>();
        if (arguments.size() > skipped && arguments.get(skipped) instanceof Map<?, ?> entries) {
            entries.forEach((key, value) -> put(dict, key, value));
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

    private Object encoded(Pickled.Global global, List<Object> arguments) {
        return !arguments.isEmpty() && arguments.get(0) instanceof String text
                ? text.getBytes(StandardCharsets.ISO_8859_1)
                : unknown(global);
    }

    private static List<Object> items(List<Object> arguments) {
        if (arguments.isEmpty()) {
            return List.of();
        }
        if (arguments.get(0) instanceof Pickled.Tuple tuple) {
            return tuple.items();
        }
        return arguments.get(0) instanceof Collection<?> some ? List.copyOf(some) : List.of();
    }

    private Set<Object> setOf(List<Object> arguments) {
        return set(items(arguments));
    }

    Set<Object> set(List<Object> values) {
        Set<Object> set = new LinkedHashSet<>();
        addTo(set, values);
        return set;
    }

    @SuppressWarnings("unchecked")
    void addTo(Set<?> set, List<Object> values) {
        for (Object value : values) {
            if (Pickled.isKey(value)) {
                ((Set<Object>) set).add(value);
            } else {
                warn("an element of a set was dropped: it is neither a number nor a text");
            }
        }
    }

    @SuppressWarnings("unchecked")
    void put(Map<?, ?> map, Object key, Object value) {
        if (Pickled.isKey(key)) {
            ((Map<Object, Object>) map).put(key, value);
        } else {
            warn("an entry of a dict was dropped: its key is neither a number nor a text");
        }
    }

    /** Attributes of dicts and lists are not weights; on anything else the state belongs to an object that is not built. */
    void ignoreState(Object target, Object state) {
        boolean bookkeeping = target instanceof Map<?, ?>
                && state instanceof Map<?, ?> attributes
                && attributes.keySet().stream().allMatch("_metadata"::equals);
        if (!bookkeeping && target != Pickled.Inert.INERT) {
            warn("attributes of plain data were dropped");
        }
    }
}
