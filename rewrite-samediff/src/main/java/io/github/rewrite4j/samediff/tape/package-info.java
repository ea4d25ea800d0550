/**
 * Training without a graph: a reverse-mode tape over float32 arrays on the Java heap.
 *
 * <p>SameDiff is this library's general path and the oracle of its gradients, but a training step through it costs
 * several times what its convolutions cost, and its memory grows. Here a step is a plain program: operations run at once
 * and write down how their gradients are computed, {@link Tape#backward} runs that backwards, and {@link Tape#clear}
 * hands all arrays back for the next step. Convolutions are those of {@link
 * io.github.rewrite4j.samediff.engine.kernel}, which plans of graphs run on as well; everything else is plain Java loops that the just-in-time compiler turns into vector code, which Java 17's does only where all arrays
 * have the same index. Maps of many channels lie with the channels last, pictures with the channels first ({@link
 * Layout}). Anything else, such as a SameDiff graph, joins as an operation of its own through {@link Tape#record}.
 */
@NullMarked
package io.github.rewrite4j.samediff.tape;

import org.jspecify.annotations.NullMarked;
