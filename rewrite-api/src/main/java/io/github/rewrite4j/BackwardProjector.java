package io.github.rewrite4j;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network from any image to the values of one layer: what a generator would have to answer at that layer to draw this
 * image (Gao et al. 2025, backward projector).
 *
 * <p>It belongs to a value layer, however many layers the memory in front of it has, and to the part of the generator
 * behind that layer. Safe to share between threads.
 */
public interface BackwardProjector {
    /** What it was made for and how. */
    ProjectorSpec spec();

    /**
     * The values of images, whether the generator could draw them or not.
     *
     * @param images [N, C, H, W] in [-1, 1]; other sizes than the generator's are resized, antialiased
     * @return values [N, C', h', w'] of the layer, on its own scale; decoding them needs side tensors as well
     * @throws IllegalArgumentException when the shape does not fit or a number is not finite
     */
    INDArray project(INDArray images);

    /**
     * Checks that this gives values of a memory.
     *
     * @throws FingerprintMismatchException when it was made for another generator
     * @throws RewriteException when it was made for another layer or for another decoder behind it
     */
    default void requireFits(AssociativeMemory memory) {
        spec().requireFits(memory.spec());
    }
}
