/**
 * The kernels that forward passes are made of: native convolutions with their channels padded and their neighbours fused,
 * and loops in Java over tiles of native memory. Maps are [H, W, pitch]: the channels of a position side by side, padded
 * with zeros to a {@link io.github.rewrite4j.samediff.engine.kernel.ChannelPitch}. What is here knows no network and no
 * graph.
 */
@NullMarked
package io.github.rewrite4j.samediff.engine.kernel;

import org.jspecify.annotations.NullMarked;
