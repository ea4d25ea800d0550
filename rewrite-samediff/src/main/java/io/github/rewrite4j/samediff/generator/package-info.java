/**
 * What generators of all families understand: samplers of inputs, sizes and ranges of pictures, options of loading, and the
 * latents of style-based ones. Each family has a package of its own.
 */
@NullMarked
package io.github.rewrite4j.samediff.generator;

import org.jspecify.annotations.NullMarked;
