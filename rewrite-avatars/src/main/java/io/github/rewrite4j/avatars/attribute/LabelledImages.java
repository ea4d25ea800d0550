package io.github.rewrite4j.avatars.attribute;

import java.util.List;

/** Square pictures and what is to be seen on them, by index; the same at every call. */
public interface LabelledImages {
    /** A label that is not known, or not to be seen. */
    int UNKNOWN = -1;

    /** How many pictures there are. */
    int count();

    /** Side of the pictures in pixels. */
    int size();

    /** The questions that the labels answer. */
    List<AttributeHead> heads();

    /** Names of the colours that are known. */
    List<String> colours();

    /**
     * Copies a picture.
     *
     * @param to [3, size, size] in [-1, 1], row-major
     */
    void copyImage(int image, float[] to);

    /** The class number of a picture under a head, or {@link #UNKNOWN}. */
    int label(int image, int head);

    /**
     * Copies a colour.
     *
     * @param to red, green and blue in [-1, 1]
     * @return whether it is to be seen on the picture
     */
    boolean copyColour(int image, int colour, float[] to);
}
