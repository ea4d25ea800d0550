/** Gradients against differences. */
@NullMarked
package io.github.rewrite4j.samediff.projector;

import org.jspecify.annotations.NullMarked;
