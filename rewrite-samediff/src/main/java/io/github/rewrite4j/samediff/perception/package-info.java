/**
 * Networks that look at pictures.
 *
 * <p>Losses and metrics need an eye: something that says how alike two pictures look, or how far two sets of pictures
 * lie apart. The public eyes are large and see photographs. Here are small ones for a small world: an
 * {@link io.github.rewrite4j.samediff.perception.AttributeNetwork} learns to name what drawn faces show, and its maps and
 * its embedding then serve as perceptual features, under its own name; one network teaches and another, trained apart
 * from it, judges. The {@link io.github.rewrite4j.samediff.perception.Discriminator64} that the avatar generator was
 * trained against tells drawn faces from generated ones, and a {@link
 * io.github.rewrite4j.samediff.perception.ResidualDiscriminator} comes from training checkpoints of others. All of them run on a
 * {@link io.github.rewrite4j.samediff.tape.Tape}, so that gradients flow through them to the pictures.
 */
@NullMarked
package io.github.rewrite4j.samediff.perception;

import org.jspecify.annotations.NullMarked;
