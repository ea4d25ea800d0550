package io.github.rewrite4j;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Values of a batch at a cut: the output of the memory, together with the side tensors that the decoder reads
 * but that are not the value (styles, skip images, noise). A carrier; arrays are not copied.
 *
 * @param tensor [N, C, h, w]
 * @param side side tensors by name, batch first
 */
public record Values(INDArray tensor, SortedMap<String, INDArray> side) {
    public Values {
        side = Collections.unmodifiableSortedMap(new TreeMap<>(side));
    }

    public Values(INDArray tensor, Map<String, INDArray> side) {
        this(tensor, new TreeMap<>(side));
    }

    /** Number of samples. */
    public int size() {
        return Math.toIntExact(tensor.size(0));
    }

    /** These values with another tensor and the same side tensors. */
    public Values withTensor(INDArray other) {
        return new Values(other, side);
    }
}
