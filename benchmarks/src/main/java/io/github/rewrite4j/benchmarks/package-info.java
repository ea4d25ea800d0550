/**
 * Measures the hot paths of Rewrite4J with JMH. Each benchmark states its work in floating-point operations or bytes, so
 * that a time can be read as a share of what the machine allows.
 */
@NullMarked
package io.github.rewrite4j.benchmarks;

import org.jspecify.annotations.NullMarked;
