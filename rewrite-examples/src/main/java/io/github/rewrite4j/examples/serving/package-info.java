/** A generator behind HTTP with nothing but the JDK's own server, as an example of {@code docs/serving.md}. */
@NullMarked
package io.github.rewrite4j.examples.serving;

import org.jspecify.annotations.NullMarked;
