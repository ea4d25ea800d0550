/**
 * Networks in ONNX files: read, checked, and built as SameDiff graphs that the rest of the library can run, cut and rewrite.
 *
 * <p>A file is a list of nodes in an order in which each finds its inputs ready. {@link
 * io.github.rewrite4j.samediff.generator.onnx.OnnxFile} reads it and knows nothing of SameDiff; {@link
 * io.github.rewrite4j.samediff.generator.onnx.OnnxGraph} turns its nodes one after the other into operations. What a node's inputs are
 * is either a {@link io.github.rewrite4j.samediff.generator.onnx.Constant}, with which shapes are computed at once, or a variable of the
 * graph with known sizes, in which only the batch is free.
 */
@NullMarked
package io.github.rewrite4j.samediff.generator.onnx;

import org.jspecify.annotations.NullMarked;
