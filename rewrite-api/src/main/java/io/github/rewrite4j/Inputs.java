package io.github.rewrite4j;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The named input arrays of a batch, each with the batch as its first dimension. A carrier: the arrays are not copied,
 * and nobody in this library changes them, nor closes any that it did not draw or copy itself.
 *
 * <p>Inputs need not be closed: the collector frees their native memory some time later. Who draws many in a loop closes
 * them, because the collector does not see how much native memory waits for it.
 */
public final class Inputs implements AutoCloseable {
    private final SortedMap<String, INDArray> arrays;
    private final int size;

    private Inputs(SortedMap<String, INDArray> arrays) {
        if (arrays.isEmpty()) {
            throw new IllegalArgumentException("Inputs need at least one array.");
        }
        String first = arrays.firstKey();
        long batch = arrays.values().iterator().next().size(0);
        arrays.forEach((name, array) -> {
            if (array.size(0) != batch) {
                throw new IllegalArgumentException("Input '" + name + "' holds " + array.size(0)
                        + " samples, but '" + first + "' holds " + batch + ": shape " + Arrays.toString(array.shape())
                        + ".");
            }
        });
        this.arrays = Collections.unmodifiableSortedMap(arrays);
        this.size = Math.toIntExact(batch);
    }

    public static Inputs of(Map<String, INDArray> arrays) {
        Objects.requireNonNull(arrays, "arrays");
        return new Inputs(new TreeMap<>(arrays));
    }

    public static Inputs of(String name, INDArray array) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(array, "array");
        return of(Map.of(name, array));
    }

    /** Number of samples. */
    public int size() {
        return size;
    }

    /** The arrays by name. */
    public SortedMap<String, INDArray> arrays() {
        return arrays;
    }

    public INDArray get(String name) {
        Objects.requireNonNull(name, "name");
        INDArray array = arrays.get(name);
        if (array == null) {
            throw new IllegalArgumentException(
                    "There is no input '" + name + "'; the inputs are " + arrays.keySet() + ".");
        }
        return array;
    }

    /** These inputs with one array added or replaced. */
    public Inputs with(String name, INDArray array) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(array, "array");
        TreeMap<String, INDArray> changed = new TreeMap<>(arrays);
        changed.put(name, array);
        return new Inputs(changed);
    }

    /** A copy of samples {@code from} (inclusive) to {@code to} (exclusive). */
    public Inputs slice(int from, int to) {
        if (from < 0 || to > size || from >= to) {
            throw new IllegalArgumentException("Cannot take samples " + from + " to " + to + " of " + size + ".");
        }
        TreeMap<String, INDArray> part = new TreeMap<>();
        arrays.forEach((name, array) ->
                part.put(name, array.get(NDArrayIndex.interval(from, to)).dup('c')));
        return new Inputs(part);
    }

    /**
     * The rows of several inputs, one after the other, in new arrays.
     *
     * @param parts at least one; all with arrays of the same names, whose rows have the same shapes
     */
    public static Inputs join(List<Inputs> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("Give at least one batch of inputs to join.");
        }
        Inputs first = parts.get(0);
        for (Inputs part : parts) {
            first.requireJoins(part);
        }
        TreeMap<String, INDArray> joined = new TreeMap<>();
        first.arrays.forEach((name, array) -> joined.put(
                name,
                parts.size() == 1
                        ? array.dup('c')
                        : Nd4j.concat(
                                0, parts.stream().map(part -> part.get(name)).toArray(INDArray[]::new))));
        return new Inputs(joined);
    }

    private void requireJoins(Inputs other) {
        if (!arrays.keySet().equals(other.arrays.keySet())) {
            throw new IllegalArgumentException(
                    "Inputs named " + arrays.keySet() + " cannot stand in one batch with inputs" + " named "
                            + other.arrays.keySet() + ": give each of them the same inputs.");
        }
        arrays.forEach((name, array) -> {
            long[] mine = array.shape().clone();
            long[] theirs = other.get(name).shape().clone();
            mine[0] = 1;
            theirs[0] = 1;
            if (!Arrays.equals(mine, theirs)) {
                throw new IllegalArgumentException("A row of the input '" + name + "' has the shape "
                        + Arrays.toString(mine) + " in one place and " + Arrays.toString(theirs)
                        + " in another: resize pictures to one size, that of the generator.");
            }
        });
    }

    /** Frees the arrays now; nobody may use them any more. Does nothing the second time. */
    @Override
    public void close() {
        arrays.values().stream().filter(INDArray::closeable).forEach(INDArray::close);
    }

    @Override
    public String toString() {
        return "Inputs" + arrays.keySet() + " x " + size;
    }
}
