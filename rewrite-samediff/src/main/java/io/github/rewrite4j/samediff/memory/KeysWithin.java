package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Keys;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The capability of a memory of several layers to say what the keys of one of them become when those of the first are
 * other ones: after an intervention, for instance. Asked for by {@link AssociativeMemory#capability}.
 */
@FunctionalInterface
public interface KeysWithin {
    /**
     * The keys of a layer of this memory.
     *
     * @param layer one of the memory's layers
     * @param keys of the memory, those of its first layer
     * @return [N, C, h, w], the caller's own
     * @throws io.github.rewrite4j.UnknownLayerException when the memory has no such layer
     */
    INDArray keysOf(String layer, Keys keys);
}
