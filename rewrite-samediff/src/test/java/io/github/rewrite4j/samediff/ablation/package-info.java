/** Tables of comparisons. */
@NullMarked
package io.github.rewrite4j.samediff.ablation;

import org.jspecify.annotations.NullMarked;
