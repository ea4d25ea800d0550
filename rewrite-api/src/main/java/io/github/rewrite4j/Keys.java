package io.github.rewrite4j;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Keys of a batch at a cut: the input of the memory, together with the side tensors that the rule and the decoder read
 * but that do not pass through the memory (styles, skip images, noise). A carrier; arrays are not copied.
 *
 * <p>Need not be closed, as {@link Inputs} need not; values may hold arrays of the keys that they answer.
 *
 * @param tensor [N, C, h, w]
 * @param side side tensors by name, batch first
 */
public record Keys(INDArray tensor, SortedMap<String, INDArray> side) implements AutoCloseable {
    public Keys {
        Objects.requireNonNull(tensor, "tensor");
        Objects.requireNonNull(side, "side");
        side = Collections.unmodifiableSortedMap(new TreeMap<>(side));
    }

    public Keys(INDArray tensor, Map<String, INDArray> side) {
        this(Objects.requireNonNull(tensor, "tensor"), new TreeMap<>(Objects.requireNonNull(side, "side")));
    }

    /** Number of samples. */
    public int size() {
        return Math.toIntExact(tensor.size(0));
    }

    /** These keys with another tensor and the same side tensors. */
    public Keys withTensor(INDArray other) {
        Objects.requireNonNull(other, "other");
        return new Keys(other, side);
    }

    /** Frees the arrays now; nobody may use them any more. Does nothing the second time. */
    @Override
    public void close() {
        Values.free(tensor, side);
    }
}
