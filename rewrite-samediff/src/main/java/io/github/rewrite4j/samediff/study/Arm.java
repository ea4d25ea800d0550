package io.github.rewrite4j.samediff.study;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.edit.Mask;
import java.io.Serializable;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One way to change images, which a study compares with others. What draws on other machines is sent there. */
public interface Arm extends Serializable {
    /** In tables; one word or a few. */
    String name();

    /** Tells arms apart that have one name, so that a study goes on with what it began with. */
    String id();

    /**
     * The changed images.
     *
     * @param generator that drew them
     * @param inputs of the images
     * @param before the images as they were; not to be changed
     * @return [N, C, H, W], the caller's own
     */
    INDArray draw(Generator generator, Inputs inputs, INDArray before);

    /** A patch. */
    static Arm patch(String name, Patch patch) {
        return new PatchedArm(name, patch);
    }

    /**
     * The pixels of the object, put over every image at one place: what painting instead of rewriting gives.
     *
     * @param object the image that it is cut from [1, C, H, W]
     * @param where 1 on its pixels
     * @param down rows that it is moved by
     * @param right columns that it is moved by
     */
    static Arm pasted(INDArray object, Mask where, int down, int right) {
        Objects.requireNonNull(object, "object");
        Objects.requireNonNull(where, "where");
        return new PastedArm(object, where, down, right);
    }
}
