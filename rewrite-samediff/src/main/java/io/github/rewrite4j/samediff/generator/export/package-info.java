/**
 * The way out: what an edit made goes back into the file and the runtime that the generator came from.
 *
 * <p>{@link io.github.rewrite4j.samediff.generator.export.StateDict} writes the checkpoint that a generator was loaded from with the
 * weights in force; {@link io.github.rewrite4j.samediff.generator.export.onnx.OnnxExport} writes the whole generator, patches applied,
 * as a network for ONNX Runtime and others; {@link io.github.rewrite4j.samediff.generator.export.LowRankPairs} writes a patch as
 * pairs of factors, which tools for adapters read. Backwards,
 * {@link io.github.rewrite4j.samediff.generator.export.PatchExtraction} finds the patch that leads from one checkpoint to another.
 * Everything is written whole or not at all.
 */
@org.jspecify.annotations.NullMarked
package io.github.rewrite4j.samediff.generator.export;
