/**
 * SameDiff graphs as programs: run, analysed and cut open.
 *
 * <p>A {@link io.github.rewrite4j.samediff.graph.internal.Program} is a graph whose editable weights are placeholders, so one
 * graph serves a generator and everything derived from it by patches; only the fed weights differ. A
 * {@link io.github.rewrite4j.samediff.graph.internal.GraphCut} opens a graph between a key and a value variable and says which
 * other tensors must travel around the opening.
 */
@NullMarked
package io.github.rewrite4j.samediff.graph.internal;

import org.jspecify.annotations.NullMarked;
