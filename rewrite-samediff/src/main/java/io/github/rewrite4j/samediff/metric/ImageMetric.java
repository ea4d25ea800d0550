package io.github.rewrite4j.samediff.metric;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How far apart pictures look, by whatever network or formula. */
@FunctionalInterface
public interface ImageMetric {
    /**
     * The distance of each pair.
     *
     * @param a [N, C, H, W] in [-1, 1]
     * @param b of the same shape
     * @return N numbers, zero for equal pictures
     */
    double[] perImage(INDArray a, INDArray b);

    /** 1 - SSIM: needs no network. */
    static ImageMetric dissimilarity() {
        return (a, b) -> Arrays.stream(Ssim.forRange(ImageRange.SYMMETRIC).perImage(a, b))
                .map(similarity -> 1 - similarity)
                .toArray();
    }
}
