package io.github.rewrite4j.samediff.graph;

import org.nd4j.linalg.api.ndarray.INDArray;

/** How a graph stores a weight, against the canonical [out, in, kernel height, kernel width]. */
public enum WeightLayout {
    /** [kernel height, kernel width, in, out]: conv2d. */
    YXIO,
    /** [kernel height, kernel width, out, in]: deconv2d. */
    YXOI;

    /** A copy in canonical layout. */
    public INDArray toCanonical(INDArray stored) {
        return (this == YXIO ? stored.permute(3, 2, 0, 1) : stored.permute(2, 3, 0, 1)).dup('c');
    }

    /** A copy in this layout. */
    public INDArray fromCanonical(INDArray canonical) {
        return (this == YXIO ? canonical.permute(2, 3, 1, 0) : canonical.permute(2, 3, 0, 1)).dup('c');
    }
}
