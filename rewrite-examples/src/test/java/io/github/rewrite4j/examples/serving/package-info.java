@NullMarked
package io.github.rewrite4j.examples.serving;

import org.jspecify.annotations.NullMarked;
