/**
 * Dense linear algebra on the CPU, in the few shapes that rewriting needs.
 *
 * <p>Solves and decompositions are computed in float64, by the LAPACK and BLAS routines of OpenBLAS. Second moments are
 * summed in float64, too, but inside a block of keys in float32 unless
 * {@link io.github.rewrite4j.samediff.linalg.Precision#FLOAT64} is asked for; statistics of a layer whose condition number
 * comes out above 1e8 are taken again that way. Every CPU backend of ND4J brings OpenBLAS along; the operations of ND4J
 * itself are correct but one to two orders of magnitude slower, or refuse valid input. {@link io.github.rewrite4j.samediff.linalg.Matrix} is the immutable value
 * they work on; {@link io.github.rewrite4j.samediff.linalg.SecondMoment} streams over key maps without ever holding all
 * keys. The number of threads of OpenBLAS is left as the process has set it.
 */
@NullMarked
package io.github.rewrite4j.samediff.linalg;

import org.jspecify.annotations.NullMarked;
