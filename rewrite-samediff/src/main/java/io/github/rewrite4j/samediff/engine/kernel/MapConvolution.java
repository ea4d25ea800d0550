package io.github.rewrite4j.samediff.engine.kernel;

/**
 * A convolution of maps [N, H, W, C] on the heap, and its adjoints by map and by weight; see {@link MapGeometry}. Weights lie
 * as their {@link WeightOrder} says. One thread at a time.
 */
public interface MapConvolution {
    /** Reads a weight from now on, in {@link #forward}. */
    void weight(float[] numbers);

    /** Reads a weight from now on, in {@link #byMap}. */
    void weightByMap(float[] numbers);

    /**
     * y = w * x.
     *
     * @param add to what is there, rather than over it
     */
    void forward(float[] from, float[] to, boolean add);

    /**
     * The gradient by the map, which is the transposed convolution.
     *
     * @param add to what is there, rather than over it
     */
    void byMap(float[] gradient, float[] to, boolean add);

    /** Adds the gradient by the weight. */
    void byWeight(float[] from, float[] gradient, float[] to);
}
