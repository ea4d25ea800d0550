/**
 * What a user of Rewrite4J holds in their hands.
 *
 * <p>A {@link io.github.rewrite4j.Generator} maps {@link io.github.rewrite4j.Inputs} to images. Cut open at one or more
 * consecutive layers it becomes an {@link io.github.rewrite4j.AssociativeMemory}, which answers keys with values. A
 * {@link io.github.rewrite4j.RewriteStrategy} plans a change of that memory's weights such that chosen keys get new
 * values and all other keys keep theirs; the plan is a {@link io.github.rewrite4j.Patch}, and
 * {@link io.github.rewrite4j.Generator#with(Patch)} gives the generator that obeys it.
 *
 * <pre>
 *   inputs --base--&gt; keys K --rule f(K; W)--&gt; values V --decode--&gt; images
 * </pre>
 *
 * <p>All arrays are NCHW, images lie in [-1, 1] up to the generator's overshoot, networks compute in float32 and
 * statistics in float64. No method changes its arguments.
 */
@NullMarked
package io.github.rewrite4j;

import org.jspecify.annotations.NullMarked;
