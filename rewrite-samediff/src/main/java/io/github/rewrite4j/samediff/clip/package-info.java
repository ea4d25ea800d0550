/**
 * CLIP (Radford et al. 2021): pictures and texts in one space, from files that users bring.
 *
 * <p>{@link io.github.rewrite4j.samediff.clip.Clip} reads the archives that OpenAI published, state dicts with the same
 * names, and Hugging Face's files; networks are vision transformers. Both towers are SameDiff graphs that the engine runs,
 * with gradients to the pictures. The {@link io.github.rewrite4j.samediff.clip.ClipTokenizer} reads its vocabulary from a
 * file beside the network. No weights and no vocabulary come with the library.
 */
@NullMarked
package io.github.rewrite4j.samediff.clip;

import org.jspecify.annotations.NullMarked;
