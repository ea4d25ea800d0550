package io.github.rewrite4j.samediff.perception;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A network that turns pictures into vectors. */
public interface ImageEmbedding {
    /** What reports call it. */
    String name();

    /** Length d of the vectors. */
    int dimension();

    /**
     * The vectors of pictures, computed in batches.
     *
     * @param images [N, 3, H, W] in [-1, 1]; who looks at colours takes grey ones [N, 1, H, W] too
     * @return a new float32 array [N, d]
     */
    INDArray embedding(INDArray images);
}
