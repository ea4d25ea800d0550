/**
 * What only shows after a while: resident memory over many samples and over many edits. Resident memory is read from
 * {@code /proc/self/status}, so these runs need Linux.
 */
@NullMarked
package io.github.rewrite4j.benchmarks.soak;

import org.jspecify.annotations.NullMarked;
