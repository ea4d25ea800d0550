/** What is measured is what it is called. */
@NullMarked
package io.github.rewrite4j.samediff.evaluation;

import org.jspecify.annotations.NullMarked;
