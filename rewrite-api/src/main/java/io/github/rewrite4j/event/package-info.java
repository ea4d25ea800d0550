/**
 * What Java's Flight Recorder hears of this library: images drawn, statistics collected, rules learnt, caches asked, steps of trainings.
 *
 * <p>Off unless a recording is on; then a recording names them by {@code io.github.rewrite4j.*}. One event is some tens of
 * nanoseconds where they are off. {@code java -XX:StartFlightRecording=filename=run.jfr ...}, then {@code jfr print --events
 * 'io.github.rewrite4j.*' run.jfr}.
 */
@NullMarked
package io.github.rewrite4j.event;

import org.jspecify.annotations.NullMarked;
