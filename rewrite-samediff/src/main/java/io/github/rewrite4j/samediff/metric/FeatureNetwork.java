package io.github.rewrite4j.samediff.metric;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A frozen network that turns pictures into maps of features: what a {@link PerceptualDistance} looks through. Numbers
 * of two networks cannot be compared, so each has a name that belongs beside every number.
 */
public interface FeatureNetwork {
    /** What reports call it. */
    String name();

    /**
     * The maps of some of its layers, from fine to coarse.
     *
     * @param images [N,3,H,W] in [-1,1]
     * @return new arrays [N,C,h,w], as many and with the same C for all pictures; the caller closes them
     * @throws IllegalArgumentException if the pictures do not fit, for instance are too small
     */
    List<INDArray> features(INDArray images);
}
