/**
 * Domain expansion (Nitzan et al. 2023): new domains beside the old one, in one generator.
 *
 * <p>A few directions of the latent space that do little are given a new meaning. Latents without a part along them are the
 * base, where the generator should go on drawing what it drew; the base moved by a fixed distance along one of them is a
 * domain, where an {@link io.github.rewrite4j.samediff.expansion.AdaptationObjective} says what is drawn. All domains are
 * trained at once, {@link io.github.rewrite4j.samediff.expansion.DomainExpansion}, at a cost per step that does not depend
 * on their number. What comes out is an {@link io.github.rewrite4j.latent.ExpandedGenerator}.
 */
@NullMarked
package io.github.rewrite4j.samediff.expansion;

import org.jspecify.annotations.NullMarked;
