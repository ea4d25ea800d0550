package io.github.rewrite4j;

import java.util.Map;
import java.util.SortedMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The capability of a memory whose rule and decoder can be differentiated, which trained strategies and projectors ask for
 * by {@link AssociativeMemory#capability}. Both halves are given as vector-Jacobian products.
 *
 * <p>Weights, shapes and side tensors are those of the memory; a step belongs to one thread, and is closed when its
 * gradient is no longer wanted.
 */
public interface Trainable {
    /**
     * Runs the rule v = f(k; W).
     *
     * @param keys with the side tensors of {@link AssociativeMemory#keys}
     * @param weights all weights of the memory by name, canonical as {@link AssociativeMemory#weights}
     */
    RuleStep rule(Keys keys, Map<String, INDArray> weights);

    /** Runs the decoder, values to images [N, C, H, W]. */
    DecoderStep decoder(Values values);

    /** The rule, run once. */
    interface RuleStep extends AutoCloseable {
        /** What the memory answers. */
        Values values();

        /**
         * The gradients of sum(values * seed) by the weights; asked for once.
         *
         * @param seed a number for each of the values, and for side tensors that depend on the weights; missing ones count
         *     as zeros
         * @return by name, each of the shape of its weight
         */
        SortedMap<String, INDArray> weightGradients(Values seed);

        @Override
        void close();
    }

    /** The decoder, run once. */
    interface DecoderStep extends AutoCloseable {
        /** [N, C, H, W]. */
        INDArray images();

        /**
         * The gradients of sum(images * seed) by the values and by the side tensors that the rule computes; asked for once.
         *
         * @param seed of the images' shape
         */
        Values valueGradients(INDArray seed);

        @Override
        void close();
    }
}
