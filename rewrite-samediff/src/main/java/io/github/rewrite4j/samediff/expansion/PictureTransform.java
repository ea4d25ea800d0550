package io.github.rewrite4j.samediff.expansion;

/** Turns a picture into another one of the same size. */
@FunctionalInterface
public interface PictureTransform {
    /**
     * The transformed picture.
     *
     * @param picture [3, height, width] row by row, in about [-1, 1]; not to be changed
     * @return a new array of the same length, in about [-1, 1]
     */
    float[] apply(float[] picture, int height, int width);
}
