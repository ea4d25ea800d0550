@NullMarked
package io.github.rewrite4j.samediff.generator.nvidia;

import org.jspecify.annotations.NullMarked;
