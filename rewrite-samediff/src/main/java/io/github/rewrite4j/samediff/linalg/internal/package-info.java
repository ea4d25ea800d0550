/** Loops over plain arrays that the library's own sums share. */
@NullMarked
package io.github.rewrite4j.samediff.linalg.internal;

import org.jspecify.annotations.NullMarked;
