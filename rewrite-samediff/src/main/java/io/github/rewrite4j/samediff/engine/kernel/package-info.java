/**
 * The kernels that plans are made of: convolutions of maps on the heap, by oneDNN with its channels padded to a
 * pitch, by matrix products, or in Java, each with its adjoints;
 * and products of matrices. What is here knows no network and no graph.
 */
@NullMarked
package io.github.rewrite4j.samediff.engine.kernel;

import org.jspecify.annotations.NullMarked;
