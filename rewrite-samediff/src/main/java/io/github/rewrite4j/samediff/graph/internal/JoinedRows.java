package io.github.rewrite4j.samediff.graph.internal;

import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Variables that come batch by batch, each put where it belongs in one array for all samples. What has no row per sample is
 * kept as the first batch gave it.
 */
final class JoinedRows {
    private final int size;
    private final int atOnce;
    private final Map<String, INDArray> joined = new HashMap<>();
    private final Map<String, INDArray> single = new HashMap<>();

    /**
     * Nothing yet.
     *
     * @param size number of samples in all
     * @param atOnce number of samples in a batch; the last may be smaller
     */
    JoinedRows(int size, int atOnce) {
        this.size = size;
        this.atOnce = atOnce;
    }

    /**
     * Copies what the batch from sample {@code from} on gave, batches in order.
     *
     * @param varies whether the variable depends on the samples at all
     */
    void put(String name, INDArray part, int from, boolean varies) {
        int rows = Math.min(atOnce, size - from);
        boolean perSample = varies && part.rank() > 0 && part.size(0) == rows;
        if (from == 0) {
            if (perSample) {
                long[] shape = part.shape().clone();
                shape[0] = size;
                joined.put(name, Nd4j.createUninitialized(part.dataType(), shape, 'c'));
            } else {
                single.put(name, part.dup('c'));
            }
        }
        INDArray whole = joined.get(name);
        if (whole == null) {
            return;
        }
        if (perSample) {
            rows(whole, from, rows).assign(part);
        } else {
            // Its first size was that of a batch by accident.
            single.put(name, rows(whole, 0, atOnce).dup('c'));
            joined.remove(name);
            whole.close();
        }
    }

    private static INDArray rows(INDArray whole, int from, int count) {
        return whole.get(NDArrayIndex.interval(from, from + count));
    }

    Map<String, INDArray> arrays() {
        Map<String, INDArray> all = new HashMap<>(single);
        all.putAll(joined);
        return all;
    }
}
