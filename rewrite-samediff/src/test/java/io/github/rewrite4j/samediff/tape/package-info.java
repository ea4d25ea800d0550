/** Gradients against differences. */
@NullMarked
package io.github.rewrite4j.samediff.tape;

import org.jspecify.annotations.NullMarked;
