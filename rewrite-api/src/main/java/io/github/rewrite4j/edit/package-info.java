/**
 * What a user points at: regions of images.
 *
 * <p>A {@link io.github.rewrite4j.edit.Region} says which part of an image is meant: a shape in pixels, a painted mask,
 * or a combination of them. It has no pixels of its own until the image size is known; then it becomes a {@link
 * io.github.rewrite4j.edit.Mask}, on the image or on the coarser grid of a layer, where a rule changes. One means
 * selected, zero means untouched, and a cell counts as selected as soon as its value is above zero. An {@link
 * io.github.rewrite4j.edit.Exemplar} shows what a generator never drew: a picture with an object in it that can be put
 * on other pictures.
 */
@NullMarked
package io.github.rewrite4j.edit;

import org.jspecify.annotations.NullMarked;
