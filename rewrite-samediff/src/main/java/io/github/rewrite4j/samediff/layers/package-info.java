/**
 * Which layer to rewrite, by measurement (Bau et al. 2020, the choice between their layers 6 and 8).
 *
 * <p>{@link io.github.rewrite4j.samediff.layers.IsolatedPatches} renders small parts of a layer's values alone: a layer fits whose
 * parts show a recognisable part of the object, whatever stands around. {@link io.github.rewrite4j.samediff.layers.LayerStudy} puts numbers
 * to that, and {@link io.github.rewrite4j.samediff.layers.LayerChoice} tries one edit at every layer and says which is best and why.
 */
@NullMarked
package io.github.rewrite4j.samediff.layers;

import org.jspecify.annotations.NullMarked;
