/**
 * Latents that everybody can draw again.
 *
 * <p>A sample is named by a seed and a number. Sample {@code i} of seed {@code s} is row {@code i} of the Gaussian
 * stream of numpy's legacy {@code RandomState(s)}, cut into rows as long as the latent: the numbering that the
 * published rewriting tools use, so that an image number in a paper or in a saved edit means the same picture here. A
 * consequence worth having: the first samples stay the same when more of them are drawn.
 */
@NullMarked
package io.github.rewrite4j.latent;

import org.jspecify.annotations.NullMarked;
