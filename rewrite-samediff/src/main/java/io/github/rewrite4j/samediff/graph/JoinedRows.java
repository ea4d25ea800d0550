package io.github.rewrite4j.samediff.graph;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Variables whose rows come batch by batch, each put where it belongs in one array for all samples. */
final class JoinedRows {
    private final int size;
    private final Map<String, INDArray> arrays = new LinkedHashMap<>();

    /**
     * Nothing yet.
     *
     * @param size number of samples in all
     */
    JoinedRows(int size) {
        this.size = size;
    }

    /** Copies rows of a variable to their place, from sample {@code from} on. */
    void put(String name, INDArray rows, int from) {
        INDArray whole = arrays.computeIfAbsent(name, absent -> {
            long[] shape = rows.shape().clone();
            shape[0] = size;
            return Nd4j.createUninitialized(rows.dataType(), shape, 'c');
        });
        whole.get(NDArrayIndex.interval(from, from + rows.size(0))).assign(rows);
    }

    Map<String, INDArray> arrays() {
        return arrays;
    }
}
