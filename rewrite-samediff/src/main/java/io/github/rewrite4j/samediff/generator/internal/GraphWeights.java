package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.samediff.graph.internal.WeightLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The weights of a graph that are not rewritten: constants of it, or, where the network is trained, inputs by the names of
 * its file. Either is made once for a name.
 */
public final class GraphWeights {
    private final MapGraph graph;
    private final boolean fed;
    private final Map<String, SDVariable> made = new LinkedHashMap<>();
    private final Map<String, Form> forms = new LinkedHashMap<>();

    /** How a weight lies in the graph. */
    @SuppressWarnings("ArrayRecordComponent") // compared by what it holds, handed on to nobody
    record Form(@Nullable WeightLayout layout, int[] shape) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Form form && layout == form.layout && Arrays.equals(shape, form.shape);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(shape);
        }

        @Override
        public String toString() {
            return layout + " " + Arrays.toString(shape);
        }
    }

    private GraphWeights(MapGraph graph, boolean fed) {
        this.graph = graph;
        this.fed = fed;
    }

    /** Constants. */
    public static GraphWeights constants(MapGraph graph) {
        Objects.requireNonNull(graph, "graph");
        return new GraphWeights(graph, false);
    }

    /** Inputs, of the shapes of the arrays, whose numbers do not matter then. */
    public static GraphWeights fed(MapGraph graph) {
        Objects.requireNonNull(graph, "graph");
        return new GraphWeights(graph, true);
    }

    /** Whether they are inputs. */
    public boolean areFed() {
        return fed;
    }

    Map<String, Form> forms() {
        return forms;
    }

    /** A kernel [out, in, k, k] as convolutions read it. */
    public SDVariable kernel(String name, INDArray canonical) {
        return of(name, canonical, WeightLayout.YXIO);
    }

    /** A matrix [out, in] as products read it. */
    public SDVariable dense(String name, INDArray canonical) {
        return of(name, canonical, WeightLayout.IO);
    }

    private SDVariable of(String name, INDArray canonical, WeightLayout layout) {
        Objects.requireNonNull(canonical, "canonical");
        return stored(name, layout, () -> layout.fromCanonical(canonical));
    }

    /** A weight that lies in a layout already, such as that of transposed convolutions, {@link WeightLayout#YXOI}. */
    public SDVariable stored(String name, WeightLayout layout, Supplier<INDArray> form) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(layout, "layout");
        Objects.requireNonNull(form, "form");
        return made.computeIfAbsent(
                name, n -> fed ? input(name, layout, form.get().shape()) : graph.constant(form.get()));
    }

    /** A number for each channel, [1, C, 1, 1]. */
    public SDVariable channels(String name, INDArray numbers) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(numbers, "numbers");
        return made.computeIfAbsent(
                name, n -> fed ? input(name, null, new long[] {1, numbers.length(), 1, 1}) : graph.perChannel(numbers));
    }

    /** A number for each column, [1, C]. */
    public SDVariable row(String name, INDArray numbers) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(numbers, "numbers");
        return made.computeIfAbsent(
                name,
                n -> fed
                        ? input(name, null, new long[] {1, numbers.length()})
                        : graph.constant(numbers.dup('c').reshape('c', 1, numbers.length())));
    }

    private SDVariable input(String name, @Nullable WeightLayout layout, long[] shape) {
        forms.put(
                name,
                new Form(layout, Arrays.stream(shape).mapToInt(Math::toIntExact).toArray()));
        return graph.graph().placeHolder(name, DataType.FLOAT, shape);
    }
}
