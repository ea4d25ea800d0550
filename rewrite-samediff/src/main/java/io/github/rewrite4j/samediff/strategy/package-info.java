/**
 * Strategies that plan a change of a memory's weights.
 *
 * <p>{@link io.github.rewrite4j.samediff.strategy.LowRankRewrite} is model rewriting (Bau et al., ECCV 2020): an edit
 * becomes keys and goal values at a layer, its context becomes a few directions D in key space, and a solver finds the
 * amounts Lambda of W = W0 + Lambda D. A strategy sees memories only through their interface and their form; nothing
 * here knows a particular generator.
 */
@NullMarked
package io.github.rewrite4j.samediff.strategy;

import org.jspecify.annotations.NullMarked;
