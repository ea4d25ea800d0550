package io.github.rewrite4j;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Values of a batch at a cut: the output of the memory, together with the side tensors that the decoder reads
 * but that are not the value (styles, skip images, noise). A carrier; arrays are not copied.
 *
 * <p>Need not be closed, as {@link Inputs} need not.
 *
 * @param tensor [N, C, h, w]
 * @param side side tensors by name, batch first
 */
public record Values(INDArray tensor, SortedMap<String, INDArray> side) implements AutoCloseable {
    public Values {
        Objects.requireNonNull(tensor, "tensor");
        Objects.requireNonNull(side, "side");
        side = Collections.unmodifiableSortedMap(new TreeMap<>(side));
    }

    public Values(INDArray tensor, Map<String, INDArray> side) {
        this(Objects.requireNonNull(tensor, "tensor"), new TreeMap<>(Objects.requireNonNull(side, "side")));
    }

    /** Number of samples. */
    public int size() {
        return Math.toIntExact(tensor.size(0));
    }

    /** These values with another tensor and the same side tensors. */
    public Values withTensor(INDArray other) {
        Objects.requireNonNull(other, "other");
        return new Values(other, side);
    }

    /**
     * Frees the arrays now, those of the keys among them; nobody may use them any more. Does nothing the second time.
     */
    @Override
    public void close() {
        free(tensor, side);
    }

    static void free(INDArray tensor, SortedMap<String, INDArray> side) {
        Stream.concat(Stream.of(tensor), side.values().stream())
                .filter(INDArray::closeable)
                .forEach(INDArray::close);
    }
}
