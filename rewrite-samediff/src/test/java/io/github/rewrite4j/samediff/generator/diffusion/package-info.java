@NullMarked
package io.github.rewrite4j.samediff.generator.diffusion;

import org.jspecify.annotations.NullMarked;
