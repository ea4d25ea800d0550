package io.github.rewrite4j.samediff.graph;

import org.nd4j.linalg.api.ndarray.INDArray;

/** How a graph stores a weight, against the canonical [out, in, kernel height, kernel width]. */
public enum WeightLayout {
    /** [kernel height, kernel width, in, out]: conv2d. */
    YXIO(new int[] {3, 2, 0, 1}, new int[] {2, 3, 1, 0}),
    /** [kernel height, kernel width, out, in]: deconv2d. */
    YXOI(new int[] {2, 3, 0, 1}, new int[] {2, 3, 0, 1}),
    /** [out, in, kernel height, kernel width]: conv2d as PyTorch stores it. */
    OIYX(new int[] {0, 1, 2, 3}, new int[] {0, 1, 2, 3}),
    /** [out, kernel height, kernel width, in]: conv2d. */
    OYXI(new int[] {0, 3, 1, 2}, new int[] {0, 2, 3, 1}),
    /** [in, out]: the right factor of a matrix product. */
    IO(new int[] {1, 0}, new int[] {1, 0}),
    /** [out, in]: the right factor of a matrix product, transposed there. */
    OI(new int[] {0, 1}, new int[] {0, 1});

    private final int[] toCanonical;
    private final int[] fromCanonical;

    WeightLayout(int[] toCanonical, int[] fromCanonical) {
        this.toCanonical = toCanonical;
        this.fromCanonical = fromCanonical;
    }

    /** A copy in canonical layout. */
    public INDArray toCanonical(INDArray stored) {
        INDArray copy = stored.permute(toCanonical).dup('c');
        return isMatrix() ? copy.reshape('c', copy.size(0), copy.size(1), 1, 1) : copy;
    }

    /** A copy in this layout. */
    public INDArray fromCanonical(INDArray canonical) {
        INDArray source =
                isMatrix() ? canonical.dup('c').reshape('c', canonical.size(0), canonical.size(1)) : canonical;
        return source.permute(fromCanonical).dup('c');
    }

    private boolean isMatrix() {
        return toCanonical.length == 2;
    }
}
