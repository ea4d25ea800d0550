/**
 * Any picture in a generator: a latent that draws what is nearest to it, and a small patch that makes the generator draw
 * it exactly.
 *
 * <p>A style-based generator reads its latent w once for each layer. {@link io.github.rewrite4j.samediff.inversion.Inversion}
 * looks for one w for all layers, where everything that was learnt about latents holds, or for one w per layer, which comes
 * nearer to a picture. What no latent reaches, {@link io.github.rewrite4j.samediff.inversion.PivotalTuning} writes into a
 * patch around the latent that was found, the pivot: one generator then serves the pictures of many people, each with a
 * patch of their own. An inverted picture is a {@link io.github.rewrite4j.Subject}: rules and domains apply to it.
 */
@NullMarked
package io.github.rewrite4j.samediff.inversion;

import org.jspecify.annotations.NullMarked;
