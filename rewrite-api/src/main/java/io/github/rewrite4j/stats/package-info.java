/**
 * Statistics of what a generator computes.
 *
 * <p>A layer seen as an associative memory stores pairs of keys and values. Which keys it meets, and how often, is
 * summarised by one matrix: the uncentred second moment {@code C = E[k k']}, which the papers call the covariance of
 * the keys. It prices every change of the layer's weights: a change {@code dW} costs {@code tr(dW C dW')} on what the
 * layer did before.
 */
@NullMarked
package io.github.rewrite4j.stats;

import org.jspecify.annotations.NullMarked;
