/**
 * Finds the images in which a rule or a context fires.
 *
 * <p>A key says what a place of an image is about, and keys of like places are alike in all images. So a direction of key
 * space that a user has marked once finds its like elsewhere: {@link io.github.rewrite4j.samediff.search.Search} streams the keys
 * of many samples, or of a caller's own inputs, and keeps the images whose cells answer most, with maps of how much each cell answers. What
 * fires is a {@link io.github.rewrite4j.samediff.search.Trigger}: a context (Bau et al. 2020) or the change of a patch.
 */
@NullMarked
package io.github.rewrite4j.samediff.search;

import org.jspecify.annotations.NullMarked;
