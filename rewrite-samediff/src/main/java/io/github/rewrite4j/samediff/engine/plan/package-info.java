/**
 * SameDiff graphs as plans.
 *
 * <p>A {@link io.github.rewrite4j.samediff.engine.plan.GraphEngine} reads a graph once. For each set of outputs, fed names
 * and their shapes it makes a {@link io.github.rewrite4j.samediff.engine.plan.Plan}: the operations behind the outputs, in
 * order, written as few kinds of steps. Operations on single numbers are joined and run tile by tile; convolutions are
 * oneDNN's, or products and loops where that is missing; maps lie with their channels last, wherever the graph says they lie. Each step knows its adjoint, so a plan
 * that keeps what it computes gives gradients as well. What no step can do runs in ND4J, one operation at a time, and has no
 * gradient.
 *
 * <p>Arrays are on the heap, planned by how long they are needed, and reused from run to run; native memory is only what
 * native kernels read and write. A plan is used by one thread at a time, and all its results are the same to the bit
 * whoever runs it.
 */
@NullMarked
package io.github.rewrite4j.samediff.engine.plan;

import org.jspecify.annotations.NullMarked;
