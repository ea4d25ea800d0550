package io.github.rewrite4j.samediff.generator.onnx;

import io.github.rewrite4j.RewriteException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.NameScope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The SameDiff graph of a file while it is built. Operators read their inputs here and put their results here; names of
 * variables are those of the file, so that layers are called as there.
 */
final class OnnxGraph {
    /** Fixed numbers that networks may compute while they are built, whatever their size. */
    private static final long MADE = 1L << 24;

    private final OnnxFile file;
    private final SameDiff graph = SameDiff.create();
    private final Map<String, Value> values = new HashMap<>();
    private final Map<String, Map<String, SDVariable>> weights = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final long batch;
    private long made;
    private @Nullable OnnxNode current;

    /**
     * Builds what an output needs.
     *
     * @param inputs sizes of the inputs that the output needs, without the batch
     * @param kinds what is fed into each of them
     * @param fixed inputs that have one value for ever
     * @param batch the batch that the file was made for, or 0 where the file leaves it free
     */
    OnnxGraph(
            OnnxFile file,
            Map<String, long[]> inputs,
            Map<String, Kind> kinds,
            Map<String, Constant> fixed,
            long batch,
            String output) {
        this.file = file;
        this.batch = batch;
        List<OnnxNode> nodes = file.behind(output);
        requireKnown(nodes);
        fixed.forEach((name, constant) -> values.put(name, Value.of(constant)));
        inputs.forEach((name, sizes) -> {
            long[] fed = new long[sizes.length + 1];
            long[] shape = new long[sizes.length + 1];
            System.arraycopy(sizes, 0, fed, 1, sizes.length);
            System.arraycopy(sizes, 0, shape, 1, sizes.length);
            fed[0] = -1;
            shape[0] = Size.BATCH;
            SDVariable placeholder = graph.placeHolder(variableName(name), DataType.FLOAT, fed);
            taken.add(placeholder.name());
            values.put(name, Value.of(placeholder, Objects.requireNonNull(kinds.get(name)), shape));
        });
        nodes.forEach(this::build);
    }

    @SuppressWarnings("try") // The scope is there to be closed.
    private void build(OnnxNode each) {
        current = each;
        // Names of operations that are unlike those before are found at once.
        try (NameScope names = graph.withNameScope(each.scope())) {
            Objects.requireNonNull(Operators.ALL.get(each.operator())).build(each, this);
        } catch (RuntimeException failure) {
            throw new RewriteException(
                    "'" + file.name() + "', node " + OnnxFile.shown(each.describe()) + ": " + failure.getMessage(),
                    failure);
        }
    }

    /** Builds a graph inside the node as if it stood in the node's place; its outputs are the node's. */
    void inline(GraphProto branch) {
        OnnxNode outer = node();
        for (TensorProto tensor : branch.getInitializerList()) {
            Value numbers = Value.of(outer.tensors().read(tensor));
            charge(Objects.requireNonNull(numbers.constant()).length());
            values.put(tensor.getName(), numbers);
        }
        List<OnnxNode> inner = new ArrayList<>();
        for (NodeProto each : branch.getNodeList()) {
            inner.add(new OnnxNode(each, inner.size(), outer.tensors()));
        }
        requireKnown(inner);
        inner.forEach(this::build);
        current = outer;
        for (int i = 0; i < Math.min(branch.getOutputCount(), outer.outputs().size()); i++) {
            put(i, value(branch.getOutput(i).getName()));
        }
    }

    /** Every operator that is missing is named before anything is built. */
    private void requireKnown(List<OnnxNode> nodes) {
        Map<String, List<OnnxNode>> unknown = new TreeMap<>();
        for (OnnxNode each : nodes) {
            if (!Operators.ALL.containsKey(each.operator())) {
                unknown.computeIfAbsent(each.operator(), name -> new ArrayList<>())
                        .add(each);
            }
        }
        if (!unknown.isEmpty()) {
            String named = unknown.entrySet().stream()
                    .limit(8)
                    .map(entry -> OnnxFile.shown(entry.getKey()) + " ("
                            + OnnxFile.shown(entry.getValue().get(0).describe())
                            + (entry.getValue().size() > 1
                                    ? " and " + (entry.getValue().size() - 1) + " more"
                                    : "") + ", on which "
                            + dependents(entry.getValue().get(0), nodes) + " nodes depend)")
                    .collect(Collectors.joining("; "));
            throw new RewriteException("'" + file.name() + "' has operators that this library does not know: " + named
                    + ". Export the network without them, or take the network up to there by output(...).");
        }
    }

    private static long dependents(OnnxNode of, List<OnnxNode> nodes) {
        Set<String> reached = new LinkedHashSet<>(of.outputs());
        long count = 0;
        for (OnnxNode each : nodes) {
            if (each != of && each.reads().stream().anyMatch(reached::contains)) {
                reached.addAll(each.outputs());
                count++;
            }
        }
        return count;
    }

    SameDiff graph() {
        return graph;
    }

    int opset() {
        return file.opset();
    }

    /** The batch that the file was made for; 0 where it is free. */
    long batch() {
        return batch;
    }

    Value value(String name) {
        Value value = values.get(name);
        if (value != null) {
            return value;
        }
        if (!file.isInitialiser(name)) {
            throw new OnnxException(
                    "'" + OnnxFile.shown(name) + "' is not there; the output does not seem to need it.");
        }
        Value read = Value.of(file.initialiser(name));
        values.put(name, read);
        return read;
    }

    /** An input of the node that must be there. */
    Value in(int index) {
        return maybe(index).orElseThrow(() -> new OnnxException("its input " + index + " is missing."));
    }

    java.util.Optional<Value> maybe(int index) {
        List<String> names = node().inputs();
        return index >= names.size() || names.get(index).isEmpty()
                ? java.util.Optional.empty()
                : java.util.Optional.of(value(names.get(index)));
    }

    int inputCount() {
        return node().inputs().size();
    }

    /** An input that must be known while the graph is built, such as a shape. */
    Constant constant(int index) {
        return constant(in(index), "its input " + index);
    }

    java.util.Optional<Constant> maybeConstant(int index) {
        return maybe(index).map(value -> constant(value, "its input " + index));
    }

    /** Numbers of a value that depends on no input of the network. */
    Constant constant(Value value, String what) {
        if (value.constant() != null) {
            return value.constant();
        }
        SDVariable variable = Objects.requireNonNull(value.variable());
        Set<String> fed =
                new io.github.rewrite4j.samediff.graph.internal.Program(graph).placeholdersOf(List.of(variable.name()));
        if (!fed.isEmpty()) {
            throw new OnnxException(
                    what + " depends on the network's input " + fed + ", but only fixed numbers are possible there.");
        }
        INDArray computed = variable.eval().dup('c');
        Constant numbers = Constant.reals(computed.data().asFloat(), computed.shape());
        if (value.kind() == Kind.REAL) {
            return numbers;
        }
        long[] wholes = new long[numbers.length()];
        java.util.Arrays.setAll(wholes, numbers::whole);
        return Constant.wholes(value.kind(), wholes, numbers.shape());
    }

    /** The variable of a value. */
    SDVariable variable(Value value) {
        if (value.variable() != null) {
            return value.variable();
        }
        Constant constant = Objects.requireNonNull(value.constant());
        return graph.constant(constant.array());
    }

    /** The variable of an input of the node; initialisers keep their name. */
    SDVariable variable(int index) {
        Value value = in(index);
        String name = node().inputs().get(index);
        return value.variable() == null && file.isInitialiser(name)
                ? weight(name, "", Objects.requireNonNull(value.constant()))
                : variable(value);
    }

    /**
     * A variable for an initialiser in a layout that an operation asks for; the same for all who ask for the same.
     *
     * @param layout what tells layouts apart; empty for that of the file
     */
    SDVariable weight(String name, String layout, Constant numbers) {
        return weights.computeIfAbsent(name, key -> new LinkedHashMap<>()).computeIfAbsent(layout, key -> {
            String free = variableName(name);
            SDVariable constant = graph.constant(graph.hasVariable(free) ? free + "/" + layout : free, numbers.array());
            taken.add(constant.name());
            return constant;
        });
    }

    String inputName(int index) {
        return node().inputs().get(index);
    }

    /** Whether an input of whole numbers is of a type with negative ones, as far as the file says. */
    boolean isSigned(int index) {
        return file.isSigned(inputName(index));
    }

    boolean isInitialiser(int index) {
        return index < node().inputs().size()
                && file.isInitialiser(node().inputs().get(index));
    }

    /** A new variable is the first result of the node. */
    void put(SDVariable variable, Kind kind, long... shape) {
        put(0, variable, kind, shape);
    }

    void put(int output, SDVariable variable, Kind kind, long... shape) {
        if (output >= node().outputs().size() || node().outputs().get(output).isEmpty()) {
            return;
        }
        String name = node().outputs().get(output);
        String wanted = variableName(name);
        // Renaming a variable renames its operation, silently in place of another one of that name.
        boolean anew = !taken.contains(variable.name())
                && !graph.hasVariable(wanted)
                && !graph.getOps().containsKey(wanted);
        SDVariable named = anew ? variable.rename(wanted) : variable;
        taken.add(named.name());
        values.put(name, Value.of(named, kind, shape));
    }

    void put(Constant constant) {
        put(0, Value.of(constant));
    }

    /** A value that is there already is a result of the node. */
    void put(int output, Value value) {
        if (output < node().outputs().size()) {
            if (value.constant() != null) {
                charge(value.constant().length());
            }
            values.put(node().outputs().get(output), value);
        }
    }

    /** Small files that would fill the memory by ever more fixed numbers are refused. */
    private void charge(int numbers) {
        made += numbers;
        if (made > Math.max(MADE, 8 * file.numbers())) {
            throw new OnnxException("it is one of many that make fixed numbers, " + made
                    + " of them by now. The file is damaged or made to fill the memory.");
        }
    }

    int outputCount() {
        return node().outputs().size();
    }

    /** A name of the file as SameDiff takes it, where a colon counts outputs. */
    static String variableName(String name) {
        return name.replace(':', '.');
    }

    /** Which input of the graph gives its batch, as a variable [N, 1, ..., 1] of zeros of a rank. */
    SDVariable zeros(int rank) {
        Value input = values.values().stream()
                .filter(value -> value.rank() > 0 && value.size(0) == Size.BATCH)
                .filter(value -> {
                    SDVariable variable = value.variable();
                    return variable != null && variable.isPlaceHolder();
                })
                .findFirst()
                .orElseThrow(() -> new OnnxException("the network has no input that gives its batch."));
        SDVariable rows =
                graph.reshape(Objects.requireNonNull(input.variable()), -1, Size.product(tail(input.shape())));
        long[] ones = new long[rank];
        java.util.Arrays.fill(ones, 1);
        ones[0] = -1;
        return graph.reshape(graph.min(rows, true, 1).mul(0), ones);
    }

    static long[] tail(long[] shape) {
        return java.util.Arrays.copyOfRange(shape, 1, shape.length);
    }

    /** Where the network reads a batch that the file fixes, it is free after all. */
    long freed(long size) {
        return size == batch && batch > 0 ? Size.BATCH : size;
    }

    private OnnxNode node() {
        return Objects.requireNonNull(current, "no node is being built");
    }
}
