package io.github.rewrite4j.io.torch;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.PrintableText;
import io.github.rewrite4j.io.TensorType;
import io.github.rewrite4j.io.internal.ReadBudget;
import io.github.rewrite4j.io.internal.StridedTensor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The objects that a checkpoint may build: tensors, arrays of numpy, ordered dicts, sets, byte strings. Whatever else a
 * pickle wants to build or call becomes a placeholder and a warning. This list is the whole of what a file can make happen.
 */
final class TorchObjects {
    private static final int MOST_WARNINGS = 100;
    private static final int MOST_RANK = 64;

    /** Numpy's codes of types have a few letters; each array of a type is described by them. */
    private static final int LONGEST_CODE = 64;

    /** Bytes for an object with all that belongs to it. */
    private static final int OBJECT = 400;

    private final ReadBudget budget;
    private final Set<String> warnings = new LinkedHashSet<>();
    private final List<Pickled.Storage> storages = new ArrayList<>();
    private final Set<String> classes = new LinkedHashSet<>();
    private final TorchCollections collections;
    private boolean savedStorages;

    TorchObjects(ReadBudget budget) {
        this.budget = budget;
        this.collections = new TorchCollections(budget, this::warn);
    }

    /** Dicts, lists and sets. */
    TorchCollections collections() {
        return collections;
    }

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

    /** Whether a tensor's elements were pickled with it. */
    boolean hasSavedStorages() {
        return savedStorages;
    }

    Object inert(String what) throws FileFormatException {
        budget.charge(OBJECT);
        warn(PrintableText.name(what) + " was dropped: only tensors, dicts, lists, numbers and texts are read");
        return new Pickled.Inert(what);
    }

    /** The placeholder of an unknown class or function. */
    Object unknown(Pickled.Global global) throws FileFormatException {
        budget.charge(OBJECT);
        String path = noted(global);
        warn("an object of '" + path + "' was dropped: it is neither a tensor nor plain data. Nothing of it was run");
        return new Pickled.Inert("an object of '" + path + "'");
    }

    private String noted(Pickled.Global global) {
        String path = PrintableText.name(global.path());
        if (classes.size() < MOST_WARNINGS) {
            classes.add(path);
        }
        return path;
    }

    void warn(String warning) {
        if (warnings.size() < MOST_WARNINGS) {
            warnings.add(warning);
        }
    }

    /** What calling {@code callable} with these arguments would build, if that is on the list. */
    Object build(Object callable, List<Object> arguments) throws FileFormatException {
        budget.charge(OBJECT);
        if (!(callable instanceof Pickled.Global global)) {
            return Pickled.isInert(callable) ? callable : inert("the result of a call of something that is no class");
        }
        return switch (global.path()) {
            case "collections.OrderedDict", "dnnlib.util.EasyDict", "dnnlib.EasyDict" -> collections.dict(arguments, 0);
            case "collections.defaultdict" -> collections.dict(arguments, 1);
            case "builtins.set", "__builtin__.set", "builtins.frozenset", "__builtin__.frozenset" ->
                collections.set(collections.items(arguments));
            case "builtins.list", "__builtin__.list" -> new ArrayList<>(collections.items(arguments));
            case "torch.Size", "builtins.tuple", "__builtin__.tuple" -> new Pickled.Tuple(collections.items(arguments));
            case "_codecs.encode" -> encoded(global, arguments);
            case "builtins.bytes", "__builtin__.bytes", "builtins.bytearray", "__builtin__.bytearray" ->
                bytes(global, arguments);
            case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3" ->
                tensor(global, arguments);
            case "torch._utils._rebuild_parameter",
                    "torch._utils._rebuild_parameter_with_state",
                    "torch._utils._rebuild_device_tensor_from_numpy" -> first(global, arguments);
            case "torch.storage._load_from_bytes" -> saved(global, arguments);
            case "torch_utils.persistence._reconstruct_persistent_obj" -> persistentModule(global, arguments);
            case "torch._utils._rebuild_qtensor" -> inert("a quantised tensor");
            case "torch._utils._rebuild_sparse_tensor", "torch._utils._rebuild_sparse_csr_tensor" ->
                inert("a sparse tensor");
            case "torch._utils._rebuild_meta_tensor_no_storage" -> inert("a tensor without values");
            case "torch._tensor._rebuild_from_type_v2" ->
                arguments.size() >= 3
                                && arguments.get(2) instanceof Pickled.Tuple inner
                                && arguments.get(0) instanceof Pickled.Global rebuild
                                && rebuild.path().startsWith("torch._utils._rebuild_")
                        ? build(rebuild, inner.items())
                        : unknown(global);
            case "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct" -> new Pickled.Array();
            case "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar" -> NumpyObjects.scalar(arguments);
            case "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer" ->
                NumpyObjects.fromBuffer(arguments);
            case "numpy.dtype" ->
                !arguments.isEmpty() && arguments.get(0) instanceof String code && code.length() <= LONGEST_CODE
                        ? new Pickled.ElementType(code)
                        : unknown(global);
            case "copyreg._reconstructor", "copy_reg._reconstructor" ->
                thing(!arguments.isEmpty() && arguments.get(0) instanceof Pickled.Global type ? type : global);
            default -> thing(global);
        };
    }

    private Object saved(Pickled.Global global, List<Object> arguments) throws FileFormatException {
        Optional<Pickled.Embedded> bytes =
                arguments.isEmpty() ? Optional.empty() : Pickled.Embedded.of(arguments.get(0));
        return bytes.isPresent() ? new SavedStorage(bytes.get(), budget) : unknown(global);
    }

    /** A module of NVIDIA's code with its attributes; the program text that comes with it is not looked at. */
    private Object persistentModule(Pickled.Global global, List<Object> arguments) throws FileFormatException {
        if (arguments.size() != 1
                || !(arguments.get(0) instanceof Map<?, ?> record)
                || !(record.get("class_name") instanceof String name)
                || name.length() > LONGEST_CODE
                || !(record.get("state") instanceof Map<?, ?> state)) {
            return unknown(global);
        }
        Pickled.Thing module = new Pickled.Thing(new Pickled.Global(global.module(), name));
        module.give(state);
        return module;
    }

    private Pickled.Thing thing(Pickled.Global type) {
        noted(type);
        return new Pickled.Thing(type);
    }

    /** Gives an object its attributes; those of dicts and lists are not weights and are dropped. */
    void give(Object target, Object state) throws FileFormatException {
        if (target instanceof Pickled.Thing thing) {
            String path = thing.type().path();
            if (state instanceof Map<?, ?> map && TensorFlowPickle.isOne(path, map)) {
                throw TensorFlowPickle.refused(budget.file(), path, map);
            }
            if (state instanceof Map<?, ?> attributes) {
                thing.give(attributes);
            }
        } else if (target instanceof Pickled.Array array && state instanceof Pickled.Tuple tuple) {
            array.fill(NumpyObjects.array(tuple.items()));
        } else if (target instanceof Pickled.ElementType type && state instanceof Pickled.Tuple tuple) {
            type.give(tuple.items());
        } else {
            boolean bookkeeping = target instanceof Map<?, ?>
                    && state instanceof Map<?, ?> attributes
                    && attributes.keySet().stream().allMatch("_metadata"::equals);
            if (!bookkeeping && !Pickled.isInert(target)) {
                warn("attributes of plain data were dropped");
            }
        }
    }

    /** The storage that a persistent id names, or the class of a module. */
    Object persistent(Object id) throws FileFormatException {
        budget.charge(OBJECT);
        if (id instanceof Pickled.Tuple tuple
                && tuple.items().size() >= 5
                && "storage".equals(tuple.items().get(0))
                && tuple.items().get(1) instanceof Pickled.Global type
                && tuple.items().get(2) instanceof String key
                && tuple.items().get(4) instanceof Long length) {
            Optional<Pickled.Storage> known = TorchStorageTypes.storage(type, key, length);
            if (known.isEmpty()) {
                return unknown(type);
            }
            if (length < 0) {
                throw new IllegalArgumentException(
                        "storage '" + PrintableText.name(key) + "' claims " + length + " elements");
            }
            storages.add(known.get());
            return view(tuple.items(), known.get());
        }
        if (id instanceof Pickled.Tuple tuple
                && tuple.items().size() >= 2
                && "module".equals(tuple.items().get(0))
                && tuple.items().get(1) instanceof Pickled.Global type) {
            return type;
        }
        return inert("a persistent id that names no storage");
    }

    /** Storages of the plain layout may be views of others: (key, first element, number of elements). */
    private static Object view(List<Object> id, Pickled.Storage whole) {
        if (id.size() < 6 || !(id.get(5) instanceof Pickled.Tuple view)) {
            return whole;
        }
        if (view.items().size() == 3
                && view.items().get(1) instanceof Long begin
                && view.items().get(2) instanceof Long length
                && begin >= 0
                && length >= 0
                && begin <= whole.length() - length) {
            return new Pickled.Storage(
                    whole.key(), whole.type(), whole.what(), whole.width(), length, begin, Optional.empty());
        }
        throw new IllegalArgumentException("a view of storage '" + PrintableText.name(whole.key())
                + "' does not fit into its " + whole.length() + " elements");
    }

    private Object tensor(Pickled.Global global, List<Object> arguments) throws FileFormatException {
        if (!arguments.isEmpty() && Pickled.isInert(arguments.get(0))) {
            return arguments.get(0);
        }
        if (arguments.size() >= 4
                && arguments.get(0) instanceof SavedStorage saved
                && arguments.get(1) instanceof Long offset) {
            savedStorages = true;
            return new TorchTensor(
                    saved, longs(arguments.get(2)), longs(arguments.get(3)), offset, isNegative(arguments, 6));
        }
        if (arguments.size() < 4
                || !(arguments.get(0) instanceof Pickled.Storage stored)
                || !(arguments.get(1) instanceof Long offset)) {
            throw new IllegalArgumentException(
                    PrintableText.name(global.path()) + " is called without a storage, an offset, a shape and strides");
        }
        boolean typed = global.name().endsWith("_v3");
        Optional<Pickled.Storage> elements = typed ? elements(stored, arguments) : Optional.of(stored);
        Optional<TensorType> type = elements.flatMap(Pickled.Storage::type);
        if (type.isEmpty()) {
            return inert(elements.isEmpty() ? "a tensor of a type that is not known" : stored.what());
        }
        Pickled.Storage storage = elements.get();
        StridedTensor within = StridedTensor.of(
                type.get(), longs(arguments.get(2)), longs(arguments.get(3)), offset, storage.length());
        // Views may overlap, so that a file could promise many times what it holds.
        budget.charge(within.length(), within.type().bytes());
        return new TorchTensor(storage, within, isNegative(arguments, typed ? 7 : 6));
    }

    /** An untyped storage seen as the elements that the seventh argument names. */
    private static Optional<Pickled.Storage> elements(Pickled.Storage bytes, List<Object> arguments) {
        if (arguments.size() < 7
                || !(arguments.get(6) instanceof Pickled.Global type)
                || !type.module().equals("torch")) {
            return Optional.empty();
        }
        return TorchStorageTypes.element(type.name())
                .map(element -> new Pickled.Storage(
                        bytes.key(),
                        Optional.of(element),
                        "",
                        element.bytes(),
                        bytes.length() / element.bytes(),
                        bytes.begin() / element.bytes(),
                        Optional.empty()));
    }

    /** Whether the marks of a tensor say that its values have the sign turned. */
    private static boolean isNegative(List<Object> arguments, int place) {
        return arguments.size() > place
                && arguments.get(place) instanceof Map<?, ?> marks
                && Boolean.TRUE.equals(marks.get("neg"));
    }

    static long[] longs(Object tuple) {
        if (!(tuple instanceof Pickled.Tuple numbers)) {
            throw new IllegalArgumentException("a shape or strides are no tuple");
        }
        if (numbers.items().size() > MOST_RANK) {
            throw new IllegalArgumentException(
                    "a shape or strides have " + numbers.items().size() + " dimensions; expected at most " + MOST_RANK);
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

    private static Object first(Pickled.Global global, List<Object> arguments) {
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException(PrintableText.name(global.path()) + " is called without a tensor");
        }
        Object value = arguments.get(0);
        return value instanceof TorchTensor || value instanceof Pickled.Array || Pickled.isInert(value)
                ? value
                : new Pickled.Inert("a parameter that is no tensor");
    }

    private Object encoded(Pickled.Global global, List<Object> arguments) throws FileFormatException {
        if (arguments.isEmpty() || !(arguments.get(0) instanceof String text)) {
            return unknown(global);
        }
        budget.charge(text.length());
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Bytes as old protocols write them: from nothing, from bytes, or from a text of Latin letters. */
    private Object bytes(Pickled.Global global, List<Object> arguments) throws FileFormatException {
        if (arguments.isEmpty()) {
            return new byte[0];
        }
        return arguments.get(0) instanceof byte[] || arguments.get(0) instanceof Pickled.Embedded
                ? arguments.get(0)
                : encoded(global, arguments);
    }
}
