@NullMarked
package io.github.rewrite4j.examples.studio;

import org.jspecify.annotations.NullMarked;
