package io.github.rewrite4j.samediff.perception;

import java.util.List;

/** Square pictures with masks of the parts that are to be seen on them, by index; the same at every call. */
public interface PartPictures {
    /** How many pictures there are. */
    int count();

    /** Side of the pictures in pixels. */
    int size();

    /** Names of the parts. A pixel may belong to several of them, as at soft edges, or to none. */
    List<String> parts();

    /**
     * Copies a picture.
     *
     * @param to [3, size, size] in [-1, 1], row-major
     */
    void copyImage(int image, float[] to);

    /** Whether a pixel of a picture belongs to a part. */
    boolean shows(int image, int part, int row, int column);
}
