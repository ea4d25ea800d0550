package io.github.rewrite4j.samediff.graph.internal;

import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.engine.plan.GraphEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * A SameDiff graph that is run forward, by plans of the {@link GraphEngine} where these are quick and through a session
 * otherwise. Everything that varies between runs is fed through placeholders: inputs and editable weights. Safe for
 * concurrent runs. The interruption of a thread ends its run at the next operation.
 */
public final class Program {
    /** Samples per run: large enough to fill the kernels, small enough to stay in the caches. */
    public static final int BATCH = 16;

    private static final String STAGE = "running a network";

    private final SameDiff graph;
    private final int atOnce;
    private final Map<String, INDArray> defaults;
    private final Map<String, Supplier<SameDiff>> entrances;
    private final Map<String, Program> entered = new ConcurrentHashMap<>();
    private final boolean plans;
    private @Nullable GraphEngine engine;
    private final Map<List<String>, Set<String>> needed = new ConcurrentHashMap<>();
    private final Map<String, VariableType> types = new ConcurrentHashMap<>();
    private final Map<String, List<Long>> shapes = new ConcurrentHashMap<>();

    /** Runs {@value #BATCH} samples at a time. */
    public Program(SameDiff graph) {
        this(graph, BATCH);
    }

    /**
     * A program for large maps.
     *
     * @param atOnce samples per run
     */
    public Program(SameDiff graph, int atOnce) {
        this(graph, atOnce, Map.of());
    }

    /**
     * As above, with placeholders that need not be fed.
     *
     * @param defaults what is fed where nothing is, [1, ...] for all samples
     */
    public Program(SameDiff graph, int atOnce, Map<String, INDArray> defaults) {
        this(graph, atOnce, defaults, Map.of());
    }

    /**
     * As above, with other ways in.
     *
     * @param entrances the graph from further inside, by the input that is fed there instead of the usual ones; variables
     *     have the same names
     */
    public Program(
            SameDiff graph, int atOnce, Map<String, INDArray> defaults, Map<String, Supplier<SameDiff>> entrances) {
        this(graph, atOnce, defaults, entrances, true);
    }

    private Program(
            SameDiff graph,
            int atOnce,
            Map<String, INDArray> defaults,
            Map<String, Supplier<SameDiff>> entrances,
            boolean plans) {
        if (atOnce < 1) {
            throw new IllegalArgumentException(
                    "At least one sample is run at a time, but asked for were " + atOnce + ".");
        }
        this.graph = graph;
        graph.setListeners(new StopWhenInterrupted());
        this.atOnce = atOnce;
        this.defaults = Map.copyOf(defaults);
        this.entrances = Map.copyOf(entrances);
        this.plans = plans;
    }

    /**
     * The input among these at which the graph is entered further inside, if there is one.
     *
     * @throws RewriteException when other inputs are there, which would not be read
     */
    public Optional<String> entrance(Set<String> inputs) {
        Optional<String> way =
                entrances.keySet().stream().filter(inputs::contains).min(String::compareTo);
        if (way.isPresent()) {
            List<String> others = inputs.stream()
                    .filter(name -> !name.equals(way.get()))
                    .filter(name -> entrances.containsKey(name)
                            || (graph.hasVariable(name)
                                    && graph.getVariable(name).isPlaceHolder()))
                    .sorted()
                    .toList();
            if (!others.isEmpty()) {
                throw new RewriteException("The inputs hold '" + way.get() + "' and " + others
                        + ", which would not be read beside it. Give '" + way.get() + "' alone, or leave it out.");
            }
        }
        return way;
    }

    /** The program that reads these inputs. */
    private Program reading(Map<String, INDArray> inputs) {
        return entrances.isEmpty()
                ? this
                : entrance(inputs.keySet())
                        .map(way -> entered.computeIfAbsent(
                                way,
                                name -> new Program(Named.in(entrances, name).get(), atOnce)))
                        .orElse(this);
    }

    /** A program that runs through SameDiff's session alone, {@value #BATCH} samples at a time: slow, and what plans are held to. */
    public static Program bySession(SameDiff graph) {
        return new Program(graph, BATCH, Map.of(), Map.of(), false);
    }

    /**
     * Computes one variable in a session, which frees what it no longer needs, and notes the shapes of all that it computed on
     * the way: for graphs whose maps would not fit the memory together.
     *
     * @param graph is not changed
     * @param feeds arrays for the placeholders; never changed
     * @param output variable to compute
     * @param shapes gets the shape of each variable on the way, feeds among them
     * @return an array of the caller's own
     */
    public static INDArray traced(
            SameDiff graph, Map<String, INDArray> feeds, String output, Map<String, long[]> shapes) {
        Program program = bySession(graph);
        feeds.forEach((name, array) -> shapes.put(name, array.shape()));
        graph.addListeners(new BaseListener() {
            @Override
            public boolean isActive(Operation operation) {
                return true;
            }

            @Override
            public void opExecution(
                    SameDiff sd, At at, MultiDataSet batch, SameDiffOp op, OpContext context, INDArray[] outputs) {
                for (int i = 0; i < outputs.length; i++) {
                    shapes.put(op.getOutputsOfOp().get(i), outputs[i].shape());
                }
            }
        });
        try {
            return Named.in(program.run(feeds, List.of(output)), output);
        } finally {
            graph.setListeners(new StopWhenInterrupted());
        }
    }

    /** The graph itself. */
    SameDiff graph() {
        return graph;
    }

    public boolean hasVariable(String name) {
        return graph.hasVariable(name);
    }

    /**
     * Runs the part of the graph that the outputs need. Placeholders that this part does not read may be fed or not.
     *
     * @param feeds arrays for the placeholders; never changed
     * @param outputs variables to compute
     * @return the outputs in order; arrays of the caller's own
     */
    public Map<String, INDArray> run(Map<String, INDArray> feeds, Collection<String> outputs) {
        Map<String, INDArray> results = new LinkedHashMap<>();
        compute(feeds, outputs, false, (name, array) -> results.put(name, array.dup('c')), results::put);
        return inOrder(outputs, results);
    }

    /**
     * As {@link #run}, in batches.
     *
     * @param shared feeds that are the same for all samples: weights
     * @param batched feeds with the samples as their first dimension; one of another size is shared as well
     * @param size number of samples
     */
    public Map<String, INDArray> runBatched(
            Map<String, INDArray> shared, Map<String, INDArray> batched, int size, Collection<String> outputs) {
        Program reading = reading(batched);
        if (reading != this) {
            return reading.runBatched(shared, batched, size, outputs);
        }
        if (size <= atOnce) {
            try (FeedSlice feeds = new FeedSlice(shared, batched, size, 0, size)) {
                return run(feeds.arrays(), outputs);
            }
        }
        Set<String> varying = new HashSet<>(batched.keySet());
        varying.removeIf(name -> Named.in(batched, name).size(0) != size);
        JoinedRows joined = new JoinedRows(size, atOnce);
        showBatched(
                shared,
                batched,
                size,
                outputs,
                false,
                (from, name, array) ->
                        joined.put(name, array, from, !Collections.disjoint(needed(List.of(name)), varying)));
        return inOrder(outputs, joined.arrays());
    }

    /**
     * Shows a variable to a reader, batch by batch: for whoever reads many samples and keeps none of them. What a batch
     * takes is freed before the next.
     *
     * @param shared as in {@link #runBatched}
     * @param batched as in {@link #runBatched}
     * @param size number of samples
     * @param output variable to compute
     * @param reader gets the samples in order, with any strides; an array is lent, and its contents change as soon as the
     *     reader returns
     */
    public void readBatched(
            Map<String, INDArray> shared,
            Map<String, INDArray> batched,
            int size,
            String output,
            Consumer<INDArray> reader) {
        reading(batched)
                .showBatched(shared, batched, size, List.of(output), true, (from, name, array) -> reader.accept(array));
    }

    /** A session has no other way to be left: it asks its listeners before each operation. */
    private static final class StopWhenInterrupted extends BaseListener {
        @Override
        public boolean isActive(Operation operation) {
            return true;
        }

        @Override
        public void preOpExecution(SameDiff sd, At at, SameDiffOp op, OpContext context) {
            RewriteCancelledException.ifInterrupted(STAGE);
        }
    }

    /** Gets a variable of the samples from {@code from} on; the array is lent. */
    private interface BatchReader {
        void read(int from, String name, INDArray array);
    }

    private void showBatched(
            Map<String, INDArray> shared,
            Map<String, INDArray> batched,
            int size,
            Collection<String> outputs,
            boolean asTheyLie,
            BatchReader reader) {
        for (int from = 0; from < size; from += atOnce) {
            int first = from;
            try (FeedSlice feeds = new FeedSlice(shared, batched, size, first, Math.min(first + atOnce, size))) {
                BiConsumer<String, INDArray> lent = (name, array) -> reader.read(first, name, array);
                compute(feeds.arrays(), outputs, asTheyLie, lent, (name, array) -> {
                    try {
                        lent.accept(name, array);
                    } finally {
                        array.close();
                    }
                });
            }
        }
    }

    /**
     * Computes variables and hands each of them on.
     *
     * @param asTheyLie whether what plans compute may be lent, with any strides
     * @param lent gets arrays that belong to somebody else
     * @param given gets arrays that nobody else has
     */
    private void compute(
            Map<String, INDArray> feeds,
            Collection<String> outputs,
            boolean asTheyLie,
            BiConsumer<String, INDArray> lent,
            BiConsumer<String, INDArray> given) {
        List<String> computed = new ArrayList<>();
        for (String output : outputs) {
            VariableType type = types.computeIfAbsent(output, this::typeOf);
            if (type == VariableType.ARRAY) {
                computed.add(output);
            } else if (type == VariableType.PLACEHOLDER) {
                lent.accept(output, fed(feeds, output));
            } else {
                lent.accept(output, graph.getVariable(output).getArr());
            }
        }
        if (!computed.isEmpty()) {
            RewriteCancelledException.ifInterrupted(STAGE);
            Map<String, INDArray> relevant = new HashMap<>();
            for (String name : needed(computed)) {
                relevant.put(name, requireShape(name, fed(feeds, name)));
            }
            ComputeThreads.inThisThread();
            if (!isPlanned(relevant)
                    || !(asTheyLie
                            ? engine().show(relevant, computed, lent)
                            : engine().run(relevant, computed, given))) {
                Map<String, INDArray> made = graph.output(relevant, computed);
                made.forEach(
                        (name, array) -> (isItsOwn(name, array, made, relevant) ? given : lent).accept(name, array));
            }
        }
    }

    private VariableType typeOf(String name) {
        if (!graph.hasVariable(name)) {
            throw new RewriteException("There is no '" + name + "' with these inputs, which enter behind it.");
        }
        return graph.getVariable(name).getVariableType();
    }

    /** What no input varies is computed once or twice, which takes less than making a plan. */
    private boolean isPlanned(Map<String, INDArray> feeds) {
        return plans && !feeds.isEmpty() && GraphEngine.isQuick();
    }

    /** The engine that plans runs of this graph. */
    public synchronized GraphEngine engine() {
        if (engine == null) {
            engine = new GraphEngine(graph);
        }
        return engine;
    }

    /**
     * Whether the graph computed an array for this output and nothing else: an identity gives the very array that it gets,
     * be it a feed, a constant or another output.
     */
    private boolean isItsOwn(String name, INDArray array, Map<String, INDArray> outputs, Map<String, INDArray> feeds) {
        return array.closeable()
                && !needed(List.of(name)).isEmpty()
                && feeds.values().stream().noneMatch(feed -> feed == array)
                && outputs.values().stream().filter(other -> other == array).count() == 1;
    }

    private Set<String> needed(List<String> variables) {
        return needed.computeIfAbsent(List.copyOf(variables), this::placeholdersOf);
    }

    private static Map<String, INDArray> inOrder(Collection<String> outputs, Map<String, INDArray> results) {
        Map<String, INDArray> ordered = new LinkedHashMap<>();
        outputs.forEach(output -> ordered.put(output, results.get(output)));
        return ordered;
    }

    /** The placeholders that any of the variables depends on: inputs and weights. */
    public Set<String> placeholdersOf(Collection<String> variables) {
        return new Dependencies(graph).placeholdersOf(variables);
    }

    private INDArray requireShape(String name, INDArray array) {
        List<Long> expected = shapes.computeIfAbsent(name, this::placeholderShape);
        if (expected.isEmpty()) {
            return array;
        }
        boolean fits = expected.size() == array.rank();
        for (int i = 0; fits && i < expected.size(); i++) {
            fits = expected.get(i) < 0 || expected.get(i) == array.size(i);
        }
        if (!fits) {
            throw new RewriteException("The input '" + name + "' has the shape " + Arrays.toString(array.shape())
                    + ", but expected was " + expected + " (-1: any size).");
        }
        return array;
    }

    /** Empty where nothing is known: copying a graph turns the unknown shape of a cut's variable into an empty one. */
    private List<Long> placeholderShape(String name) {
        SDVariable placeholder = graph.getVariable(name);
        long[] shape = placeholder.isPlaceHolder() ? placeholder.placeholderShape() : null;
        return shape == null ? List.of() : Arrays.stream(shape).boxed().toList();
    }

    private INDArray fed(Map<String, INDArray> feeds, String name) {
        INDArray array = feeds.containsKey(name) ? feeds.get(name) : defaults.get(name);
        if (array == null) {
            throw new RewriteException("The input '" + name + "' is missing; fed were " + feeds.keySet() + ".");
        }
        return array;
    }
}
