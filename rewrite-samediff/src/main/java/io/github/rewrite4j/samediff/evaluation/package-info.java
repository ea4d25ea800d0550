/**
 * How well a change went.
 *
 * <p>An {@link io.github.rewrite4j.samediff.evaluation.ExpansionEvaluation} measures a generator with more domains: what is
 * kept of the old one ({@link io.github.rewrite4j.samediff.evaluation.Preservation}), how strongly each new one shows, what
 * leaks into others ({@link io.github.rewrite4j.samediff.evaluation.CrossTalk}), and what lies on the way there. A {@link
 * io.github.rewrite4j.samediff.evaluation.ScoreTable} holds measurements of several methods on several tasks with several
 * seeds, with means, deviations and wins. What a single rewriting did is in its report; metrics of images are in {@link
 * io.github.rewrite4j.samediff.metric}.
 */
@NullMarked
package io.github.rewrite4j.samediff.evaluation;

import org.jspecify.annotations.NullMarked;
