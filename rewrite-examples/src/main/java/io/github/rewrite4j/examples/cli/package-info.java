/**
 * The {@code rewrite} command line: what the library does, without writing Java.
 *
 * <p>Every command takes the generator, the seed, the directory to write to and the number of threads in the same way,
 * writes pictures and {@code report.json}, and ends with 0 when done, 1 when it failed with one sentence on the error
 * stream, 2 when it was called wrongly and 130 when it was cancelled. Results go to the standard output, progress to the
 * error stream. Files appear whole or not at all, and a command that fails or is cancelled has changed none.
 */
@NullMarked
package io.github.rewrite4j.examples.cli;

import org.jspecify.annotations.NullMarked;
