@NullMarked
package io.github.rewrite4j.samediff.generator.progan;

import org.jspecify.annotations.NullMarked;
