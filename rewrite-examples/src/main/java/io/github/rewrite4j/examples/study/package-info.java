/** What one would do without rewriting a rule: the baselines of {@code rewrite study}. */
@NullMarked
package io.github.rewrite4j.examples.study;

import org.jspecify.annotations.NullMarked;
