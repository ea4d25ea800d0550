/**
 * Rewrite4J at work on the bundled avatar generator, one runnable class per capability.
 *
 * <p>{@link io.github.rewrite4j.examples.QuickStart} is the dozen lines of the README,
 * {@link io.github.rewrite4j.examples.MainJob} makes three edits and shows them on samples they never saw,
 * {@link io.github.rewrite4j.examples.StackPatches} applies several patches at several strengths,
 * {@link io.github.rewrite4j.examples.MeasureStack} learns rules on top of one another and measures what is left of each,
 * {@link io.github.rewrite4j.examples.RewritePictureNetworks} teaches the translator and the inpainter objects,
 * {@link io.github.rewrite4j.examples.MeasurePictures} and {@link io.github.rewrite4j.examples.MeasureExpansion} write the
 * tables of the README, {@link io.github.rewrite4j.examples.JudgeDomains} judges the domains independently, and
 * {@link io.github.rewrite4j.examples.LayerStatistics} looks at the keys of every layer. All write below
 * {@code target/rewrite}.
 */
@NullMarked
package io.github.rewrite4j.examples;

import org.jspecify.annotations.NullMarked;
