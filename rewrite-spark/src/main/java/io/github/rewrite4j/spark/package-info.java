/**
 * Work on more samples than one machine draws in time, as Spark jobs.
 *
 * <p>A {@link io.github.rewrite4j.spark.SparkGenerator} is a generator's file sent to every executor, which loads it once.
 * {@link io.github.rewrite4j.spark.SparkSamples} cuts a range of samples into tasks at multiples of a fixed block, and hands each
 * the place in the random stream where it begins. Tasks give back aggregates that can be merged: packed second moments, counts,
 * written files; never rows of keys. A task that is tried again or runs twice gives the same result.
 */
@NullMarked
package io.github.rewrite4j.spark;

import org.jspecify.annotations.NullMarked;
