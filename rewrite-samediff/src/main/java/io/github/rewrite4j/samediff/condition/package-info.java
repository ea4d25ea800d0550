/**
 * Rules that hold for some images only, with all of the condition in the weights.
 *
 * <p>A rule gets contexts, on which it should fire, and exceptions, on which it should not
 * ({@link io.github.rewrite4j.edit.ExemplarEdit#except}). {@link io.github.rewrite4j.samediff.condition.ShareOfSamples} divides
 * the samples of a generator into a share that fires and the rest, {@link
 * io.github.rewrite4j.samediff.condition.ConditionalEffect} measures what came of it, and {@link
 * io.github.rewrite4j.samediff.condition.QuantileStrength} sets a rule's strength by where it takes an attribute among all
 * samples.
 */
@NullMarked
package io.github.rewrite4j.samediff.condition;

import org.jspecify.annotations.NullMarked;
