/**
 * Dense float64 linear algebra on the CPU, in the few shapes that rewriting needs.
 *
 * <p>Statistics, solves and decompositions are always computed in float64, by the LAPACK and BLAS routines of OpenBLAS,
 * which every CPU backend of ND4J brings along: the operations of ND4J itself are correct but one to two orders of
 * magnitude slower, or refuse valid input. {@link io.github.rewrite4j.samediff.linalg.Matrix} is the immutable value
 * they work on; {@link io.github.rewrite4j.samediff.linalg.SecondMoment} streams over key maps without ever holding all
 * keys. The number of threads of OpenBLAS is left as the process has set it.
 */
@NullMarked
package io.github.rewrite4j.samediff.linalg;

import org.jspecify.annotations.NullMarked;
