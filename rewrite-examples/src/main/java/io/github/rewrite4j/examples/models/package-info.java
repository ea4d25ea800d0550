/**
 * Third-party generators that come with the examples, built as graphs of one's own would be.
 *
 * <p>{@link io.github.rewrite4j.examples.models.EsrganSlim} is a published super-resolution network: an image-to-image
 * GAN that knows nothing of styles or latents, and is rewritten like any other.
 */
@NullMarked
package io.github.rewrite4j.examples.models;

import org.jspecify.annotations.NullMarked;
