/**
 * Diffusion autoencoders (Preechakul et al. 2022): an encoder turns a picture into a semantic vector z, and a U-Net that
 * reads z takes the noise out of a map x_T, step by step and without chance, so that (z, x_T) draws the picture again.
 *
 * <p>{@link io.github.rewrite4j.samediff.generator.diffusion.DiffusionAutoencoder} loads the authors' checkpoints and ours as
 * generators whose latent is z, at a fixed x_T; {@link io.github.rewrite4j.samediff.generator.diffusion.DiffusionTraining}
 * makes small ones. Their weights run once in every step, so they can be trained, and expanded by new domains, but not cut
 * into associative memories.
 */
@NullMarked
package io.github.rewrite4j.samediff.generator.diffusion;

import org.jspecify.annotations.NullMarked;
