/**
 * Generators as ONNX networks. The SameDiff graph of a generator is translated operation by operation; what depends on
 * no input is computed beforehand and becomes an initialiser, patched weights among it.
 */
@org.jspecify.annotations.NullMarked
package io.github.rewrite4j.samediff.generator.export.onnx;
