package io.github.rewrite4j.samediff.graph;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.ComputeThreads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A SameDiff graph that is only ever run forward. Everything that varies between runs is fed through placeholders:
 * inputs and editable weights. Safe for concurrent runs.
 */
public final class Program {
    /** Samples per run: large enough to fill the kernels, small enough to stay in the caches. */
    public static final int BATCH = 16;

    private final SameDiff graph;
    private final int atOnce;
    private final Shortcut shortcut;
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
        this(graph, atOnce, Shortcut.NONE);
    }

    /**
     * As above, with a quicker way to some of the variables.
     *
     * @param shortcut asked first
     */
    public Program(SameDiff graph, int atOnce, Shortcut shortcut) {
        if (atOnce < 1) {
            throw new IllegalArgumentException(
                    "At least one sample is run at a time, but asked for were " + atOnce + ".");
        }
        this.graph = graph;
        this.atOnce = atOnce;
        this.shortcut = shortcut;
    }

    /** Gradients of outputs by placeholders, on a copy of this program's graph and through the graph alone. */
    public GraphGradient gradient(Collection<String> by, Collection<String> outputs) {
        return new GraphGradient(new Program(graph, atOnce), graph.dup(), by, outputs);
    }

    public boolean hasVariable(String name) {
        return graph.hasVariable(name);
    }

    /**
     * Runs the part of the graph that the outputs need. Placeholders that this part does not read may be fed or not.
     *
     * @param feeds arrays for the placeholders; never changed
     * @param outputs variables to compute
     * @return the outputs in order; arrays of the caller's own, except that a fed variable is returned as it was fed
     */
    public Map<String, INDArray> run(Map<String, INDArray> feeds, Collection<String> outputs) {
        Map<String, INDArray> results = new LinkedHashMap<>();
        List<String> computed = new ArrayList<>();
        for (String output : outputs) {
            VariableType type = type(output);
            if (type == VariableType.ARRAY) {
                computed.add(output);
            } else if (type == VariableType.PLACEHOLDER) {
                results.put(output, fed(feeds, output));
            } else {
                results.put(output, graph.getVariable(output).getArr().dup());
            }
        }
        if (!computed.isEmpty()) {
            Map<String, INDArray> relevant = relevant(feeds, computed);
            if (!shortcut.run(relevant, computed, (name, array) -> results.put(name, array.dup('c')))) {
                results.putAll(graph.output(relevant, computed));
            }
        }
        Map<String, INDArray> ordered = new LinkedHashMap<>();
        outputs.forEach(output -> ordered.put(output, results.get(output)));
        return ordered;
    }

    /** The feeds that variables depend on, of the right shapes. */
    private Map<String, INDArray> relevant(Map<String, INDArray> feeds, List<String> computed) {
        ComputeThreads.inThisThread();
        Map<String, INDArray> relevant = new HashMap<>();
        for (String name : needed.computeIfAbsent(List.copyOf(computed), this::placeholdersOf)) {
            relevant.put(name, requireShape(name, fed(feeds, name)));
        }
        return relevant;
    }

    private VariableType type(String variable) {
        return types.computeIfAbsent(variable, name -> graph.getVariable(name).getVariableType());
    }

    /**
     * As {@link #run}, in batches.
     *
     * @param shared feeds that are the same for all samples: weights
     * @param batched feeds with the samples as their first dimension; one of size 1 is shared as well
     * @param size number of samples
     */
    public Map<String, INDArray> runBatched(
            Map<String, INDArray> shared, Map<String, INDArray> batched, int size, Collection<String> outputs) {
        if (size <= atOnce) {
            return run(union(shared, batched), outputs);
        }
        Map<String, List<INDArray>> parts = new LinkedHashMap<>();
        for (int from = 0; from < size; from += atOnce) {
            try (FeedSlice feeds = new FeedSlice(shared, batched, size, from, Math.min(from + atOnce, size))) {
                run(feeds.arrays(), outputs).forEach((name, part) -> parts.computeIfAbsent(name, n -> new ArrayList<>())
                        .add(feeds.lasting(part)));
            }
        }
        Map<String, INDArray> results = new LinkedHashMap<>();
        parts.forEach((name, list) -> {
            boolean perSample = list.get(0).rank() > 0
                    && list.stream().mapToLong(a -> a.size(0)).sum() == size;
            results.put(name, perSample ? Nd4j.concat(0, list.toArray(INDArray[]::new)) : list.get(0));
            if (perSample) {
                list.forEach(Program::closeIfOwner);
            }
        });
        return results;
    }

    /**
     * Shows a variable to a reader, batch by batch: for whoever reads many samples and keeps none of them. Memory does not
     * grow with the number of samples, and where there is a {@link Shortcut} nothing is copied.
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
        for (int from = 0; from < size; from += atOnce) {
            try (FeedSlice feeds = new FeedSlice(shared, batched, size, from, Math.min(from + atOnce, size))) {
                read(feeds.arrays(), output, reader);
            }
        }
    }

    private void read(Map<String, INDArray> feeds, String output, Consumer<INDArray> reader) {
        if (type(output) == VariableType.ARRAY) {
            List<String> computed = List.of(output);
            if (shortcut.run(relevant(feeds, computed), computed, (name, array) -> reader.accept(array))) {
                return;
            }
        }
        INDArray array = Named.in(run(feeds, List.of(output)), output);
        try {
            reader.accept(array);
        } finally {
            if (array != feeds.get(output)) {
                closeIfOwner(array);
            }
        }
    }

    private static void closeIfOwner(INDArray part) {
        if (part.closeable() && !part.isView()) {
            part.close();
        }
    }

    private static Map<String, INDArray> union(Map<String, INDArray> first, Map<String, INDArray> second) {
        Map<String, INDArray> union = new HashMap<>(first);
        union.putAll(second);
        return union;
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

    private static INDArray fed(Map<String, INDArray> feeds, String name) {
        INDArray array = feeds.get(name);
        if (array == null) {
            throw new RewriteException("The input '" + name + "' is missing; fed were " + feeds.keySet() + ".");
        }
        return array;
    }
}
