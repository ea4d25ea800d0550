package io.github.rewrite4j.samediff.tape;

import io.github.rewrite4j.samediff.engine.kernel.OneDnn;

/**
 * Native convolutions of heap arrays. Maps have the channels last, [N, H, W, C]; weights are [out, in, k, k]. Results are
 * written over what their arrays held. One thread at a time.
 */
interface ConvolutionKernels extends AutoCloseable {
    /**
     * The quickest there are: oneDNN's, where it is on the class path and arrays lie in the host's memory, or ND4J's.
     */
    static ConvolutionKernels of(Tape tape) {
        return OneDnn.available() ? new OneDnnConvolutions(tape) : new Nd4jConvolutions(tape);
    }

    /** y[n,o] = sum_i x[n,i] * w[o,i]. */
    void forward(ConvolutionShape s, float[] x, float[] w, float[] y);

    /** The gradient by the map. */
    void byMap(ConvolutionShape s, float[] w, float[] gradient, float[] byMap);

    /** The gradient by the weight. */
    void byWeight(ConvolutionShape s, float[] x, float[] gradient, float[] byWeight);

    /** Both gradients. */
    void byBoth(ConvolutionShape s, float[] x, float[] w, float[] gradient, float[] byMap, float[] byWeight);

    /** Frees what is not the tape's. */
    @Override
    void close();
}
