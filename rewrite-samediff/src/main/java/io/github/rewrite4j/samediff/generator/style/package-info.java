/**
 * Style-based generators (Karras et al. 2020): one {@linkplain io.github.rewrite4j.samediff.generator.style.StyledNetwork
 * description} of the network, whatever file it came from, its {@linkplain
 * io.github.rewrite4j.samediff.generator.style.StyledGraph graph}, and generators with domains in their latent space.
 */
@NullMarked
package io.github.rewrite4j.samediff.generator.style;

import org.jspecify.annotations.NullMarked;
