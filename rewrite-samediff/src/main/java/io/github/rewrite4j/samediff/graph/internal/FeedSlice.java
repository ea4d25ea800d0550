package io.github.rewrite4j.samediff.graph.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The feeds for some of the samples: copies of their rows of what varies between samples, and all else as it is. The
 * copies live as long as this.
 */
final class FeedSlice implements AutoCloseable {
    private final Map<String, INDArray> arrays;
    private final List<INDArray> copies = new ArrayList<>();

    /**
     * Samples {@code from} (inclusive) to {@code to} (exclusive).
     *
     * @param shared feeds that are the same for all samples
     * @param batched feeds with the samples as their first dimension; one of another size is shared as well
     * @param size number of samples in all
     */
    FeedSlice(Map<String, INDArray> shared, Map<String, INDArray> batched, int size, int from, int to) {
        this.arrays = new HashMap<>(shared);
        batched.forEach((name, array) -> arrays.put(name, array.size(0) == size ? rows(array, size, from, to) : array));
    }

    private INDArray rows(INDArray array, int size, int from, int to) {
        if (to - from == size) {
            return array;
        }
        INDArray copy = array.get(NDArrayIndex.interval(from, to)).dup('c');
        copies.add(copy);
        return copy;
    }

    Map<String, INDArray> arrays() {
        return Collections.unmodifiableMap(arrays);
    }

    @Override
    public void close() {
        copies.forEach(INDArray::close);
    }
}
