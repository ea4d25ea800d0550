/**
 * Networks that look at pictures.
 *
 * <p>Losses and metrics need an eye: something that says how alike two pictures look, or how far two sets of pictures
 * lie apart. What an eye has to offer is {@link io.github.rewrite4j.samediff.perception.TapedFeatures} for losses and {@link
 * io.github.rewrite4j.samediff.perception.ImageEmbedding} for sets of pictures; one network teaches and another, trained
 * apart from it, judges. {@link io.github.rewrite4j.samediff.perception.Discriminator}s tell drawn pictures from real
 * ones: a {@link io.github.rewrite4j.samediff.perception.StridedDiscriminator} is what small generators are trained
 * against, a {@link io.github.rewrite4j.samediff.perception.ResidualDiscriminator} comes from training checkpoints of
 * StyleGAN2, and whoever has another implements the interface. All of them run on a
 * {@link io.github.rewrite4j.samediff.tape.Tape}, so that gradients flow through them to the pictures.
 */
@NullMarked
package io.github.rewrite4j.samediff.perception;

import org.jspecify.annotations.NullMarked;
