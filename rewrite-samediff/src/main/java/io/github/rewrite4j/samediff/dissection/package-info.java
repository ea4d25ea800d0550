/**
 * What single units of a layer stand for (Bau et al., "GAN Dissection", ICLR 2019).
 *
 * <p>A unit is one channel of a memory's keys or values. {@link io.github.rewrite4j.samediff.dissection.Dissection} ranks units by how
 * well the places where they are large overlap with the places of a concept, whose masks come from a segmenter or from
 * anybody else; {@link io.github.rewrite4j.samediff.dissection.Forcing} then holds units at a value, in chosen places and by any part, to see
 * what they cause.
 */
@NullMarked
package io.github.rewrite4j.samediff.dissection;

import org.jspecify.annotations.NullMarked;
