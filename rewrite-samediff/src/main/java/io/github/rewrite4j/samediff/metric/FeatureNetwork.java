package io.github.rewrite4j.samediff.metric;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A network whose inner maps say how a picture looks: what perceptual distances compare. */
public interface FeatureNetwork {
    /** What reports call it. */
    String name();

    /**
     * The maps of its stages.
     *
     * @param images [N, 3, H, W] in [-1, 1]
     * @return maps [N, C, h, w], fine ones first; new arrays
     */
    List<INDArray> features(INDArray images);
}
