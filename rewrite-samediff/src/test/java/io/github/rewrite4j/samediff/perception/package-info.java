/** Gradients against differences. */
@NullMarked
package io.github.rewrite4j.samediff.perception;

import org.jspecify.annotations.NullMarked;
