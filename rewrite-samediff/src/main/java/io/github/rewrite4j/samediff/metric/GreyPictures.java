package io.github.rewrite4j.samediff.metric;

import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Grey pictures for networks that were trained on colours. */
public final class GreyPictures {
    private static final int COLOURS = 3;

    private GreyPictures() {}

    /** Of pictures [N, 1, H, W] a new array [N, 3, H, W] with the grey in all channels; all others as they are. */
    public static INDArray inColours(INDArray images) {
        Objects.requireNonNull(images, "images");
        return images.rank() == 4 && images.size(1) == 1 ? Nd4j.tile(images, 1, COLOURS, 1, 1) : images;
    }
}
