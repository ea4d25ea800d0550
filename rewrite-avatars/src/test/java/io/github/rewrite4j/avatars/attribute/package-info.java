/** Gradients against differences, training on drawn shapes. */
@NullMarked
package io.github.rewrite4j.avatars.attribute;

import org.jspecify.annotations.NullMarked;
