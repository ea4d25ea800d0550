/** Rewrite4J over ND4J and SameDiff; see {@link io.github.rewrite4j} for the concepts. */
@NullMarked
package io.github.rewrite4j.samediff;

import org.jspecify.annotations.NullMarked;
