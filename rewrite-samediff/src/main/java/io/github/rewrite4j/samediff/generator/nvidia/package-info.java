/**
 * Networks of NVIDIA's PyTorch code: pickles of whole modules, and state dicts of the same names. {@link
 * io.github.rewrite4j.samediff.generator.nvidia.NvidiaModules} reads settings, which say what the weights do not.
 */
@NullMarked
package io.github.rewrite4j.samediff.generator.nvidia;

import org.jspecify.annotations.NullMarked;
