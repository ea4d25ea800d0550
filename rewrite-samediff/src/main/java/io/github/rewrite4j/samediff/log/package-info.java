/**
 * What happened in a training or a rewrite, as files: numbers as CSV, and all of it for TensorBoard.
 *
 * <p>{@link io.github.rewrite4j.samediff.log.ExperimentLog} is a listener that can be given to anything that reports progress.
 */
@NullMarked
package io.github.rewrite4j.samediff.log;

import org.jspecify.annotations.NullMarked;
