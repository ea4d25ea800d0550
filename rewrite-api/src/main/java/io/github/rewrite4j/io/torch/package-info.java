/**
 * Checkpoints of PyTorch, without Python.
 *
 * <p>{@link io.github.rewrite4j.io.torch.TorchCheckpoint} reads what {@code torch.save} wrote, in its zip layout or the
 * older plain one, and {@link io.github.rewrite4j.io.torch.TorchWriter} writes it. A pickle is a program; the machine that
 * runs it here can build containers, numbers, texts and tensors and nothing else, within a budget that the length of the
 * file sets. Whatever names another class or function becomes a placeholder that is left out with a warning.
 */
@NullMarked
package io.github.rewrite4j.io.torch;

import org.jspecify.annotations.NullMarked;
