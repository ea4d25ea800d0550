package io.github.rewrite4j.samediff.closedform;

import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.stats.KeyCovariance;

/**
 * A rule for writing key-value pairs into a linear layer, solved without iteration.
 *
 * <p>Implementations are immutable and never change what they are given.
 */
public interface ClosedForm {

    /**
     * The change of the weights that writes the pairs.
     *
     * @param weights W0 [out, in]
     * @param covariance second moment of the keys the layer meets, of dimension in
     * @param keys K* [in, S], one key per column
     * @param values V* [out, S], the value wanted for each key
     * @return Lambda [out, S] and D [S, in] with {@code W1 = W0 + Lambda D}
     * @throws IllegalArgumentException if shapes do not fit, or the pairs cannot be written in this form
     * @throws io.github.rewrite4j.SingularSystemException if the keys seen so far do not determine the answer
     */
    LinearUpdate update(Matrix weights, KeyCovariance covariance, Matrix keys, Matrix values);
}
