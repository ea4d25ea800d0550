@NullMarked
package io.github.rewrite4j.examples;

import org.jspecify.annotations.NullMarked;
