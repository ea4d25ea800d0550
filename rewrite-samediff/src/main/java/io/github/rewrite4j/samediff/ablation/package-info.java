/**
 * Comparisons that anyone can run again: several methods on several tasks with several seeds, each in a {@link
 * io.github.rewrite4j.samediff.evaluation.ScoreTable}. Those of projectors and of strategies are modelled on Tables 1 and 2
 * of Gao et al. (2025): the same questions, put to other generators with this library's own metrics, so that orders can be
 * compared and numbers cannot. The tables say where our order differs from the published one.
 */
@NullMarked
package io.github.rewrite4j.samediff.ablation;

import org.jspecify.annotations.NullMarked;
