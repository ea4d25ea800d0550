package io.github.rewrite4j.samediff.tape;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Pictures as networks look at them that were trained on colours: of a grey one the grey in all three channels. */
public final class Colours {
    private static final int COUNT = 3;

    private Colours() {}

    /** Of pictures [N, 1, H, W] with their gradient; all others as they are. */
    public static Node of(Node images) {
        return images.rank() == 4 && images.size(1) == 1
                ? Channels.concat(Channels.concat(images, images), images)
                : images;
    }

    /** Of pictures [N, 1, H, W] a new array; all others as they are. */
    public static INDArray of(INDArray images) {
        return images.rank() == 4 && images.size(1) == 1 ? Nd4j.tile(images, 1, COUNT, 1, 1) : images;
    }
}
