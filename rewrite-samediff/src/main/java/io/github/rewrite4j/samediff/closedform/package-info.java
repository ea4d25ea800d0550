/**
 * Optimal linear associative memory: changes of a weight matrix in closed form.
 *
 * <p>A linear layer {@code v = W k} stores key-value pairs. Trained weights are taken as the least-squares store of
 * everything the layer has met, of which only the second moment C of the keys has to be known (Kohonen and Ruohonen
 * 1973; Bau et al. 2020). New pairs (k*, v*) are then written either exactly, at the least cost {@code tr(dW C dW')} to
 * what was stored before, or softly, as a compromise. All forms give a change of low rank, {@code dW = Lambda D}: where
 * a change acts (D) depends on keys alone, what it does there (Lambda) on the values.
 *
 * <p>Matrices hold keys and values as columns: K* is [in, S], V* is [out, S], W is [out, in]. A layer with bias b is
 * written with {@code v* - b}.
 */
@NullMarked
package io.github.rewrite4j.samediff.closedform;

import org.jspecify.annotations.NullMarked;
