/**
 * What a generator makes of its latent.
 *
 * <p>A style-based generator reads one latent in all of its layers. Some directions of the latent space do much there, others
 * little; the little ones can be given a new meaning (Nitzan et al. 2023). Here is what that takes: a
 * {@link io.github.rewrite4j.samediff.latent.LatentNetwork}, the part of a generator behind its latent, on a tape and with
 * all of its weights; bases of the latent space; and measurements of what each direction does.
 */
@NullMarked
package io.github.rewrite4j.samediff.latent;

import org.jspecify.annotations.NullMarked;
