/** SameDiff graphs that somebody else built, of which nothing is known but the graph. */
@NullMarked
package io.github.rewrite4j.samediff.generator.foreign;

import org.jspecify.annotations.NullMarked;
