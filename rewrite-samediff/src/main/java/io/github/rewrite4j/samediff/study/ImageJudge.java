package io.github.rewrite4j.samediff.study;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Names what pictures show: each attribute by one of its classes. Safe to share between threads. */
public interface ImageJudge {
    /** By which it goes in reports. */
    String name();

    /** The classes of each attribute, by its name. */
    Map<String, List<String>> classes();

    /**
     * What it sees.
     *
     * @param images [N, C, H, W] in [-1, 1]
     * @return for each image the class of each attribute
     */
    List<Map<String, String>> answers(INDArray images);

    /** Share of right answers on held-out pictures, by attribute; empty where nobody has measured it. */
    default Map<String, Double> accuracy() {
        return Map.of();
    }
}
