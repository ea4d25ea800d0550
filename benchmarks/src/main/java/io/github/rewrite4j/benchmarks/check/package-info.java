/**
 * Whether a backend computes what the reference computes: for the owner of a graphics processor, on which nobody has run
 * this library yet, and on any other machine.
 */
@NullMarked
package io.github.rewrite4j.benchmarks.check;

import org.jspecify.annotations.NullMarked;
