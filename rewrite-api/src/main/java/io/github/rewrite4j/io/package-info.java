/**
 * The file room: everything that Rewrite4J keeps on disk passes through here.
 *
 * <p>Weights, patches, statistics and projectors are stored in one format, <em>safetensors</em>: the length of a header
 * (an unsigned 64-bit little-endian number), the header (a JSON object that gives every tensor a type, a shape and a
 * span of bytes), then the raw values, little-endian and in C order. The format can hold numbers and strings and
 * nothing that runs, and it can be checked completely before a single value is read. {@link
 * io.github.rewrite4j.io.SafeTensors} reads it and {@link io.github.rewrite4j.io.SafeTensorsWriter} writes it.
 *
 * <p>Files are judged as if a stranger had made them. Every length that a file claims is compared with the length that
 * the file has before memory is allocated for it, and whatever does not fit ends in a {@link
 * io.github.rewrite4j.io.FileFormatException} that names the file, the byte or key at fault and what was expected.
 *
 * <p>Files are replaced, never modified: {@link io.github.rewrite4j.io.AtomicFile} writes beside the target, forces the
 * bytes to the disk and renames. Whoever looks sees the old file or the new one, also after a crash.
 *
 * <p>{@link io.github.rewrite4j.io.Fingerprint} says in 64 characters which weights something was made for; {@link
 * io.github.rewrite4j.io.NearestNames} turns a mistyped name into a suggestion; {@link io.github.rewrite4j.io.Json}
 * reads and writes the small files around all this.
 */
@NullMarked
package io.github.rewrite4j.io;

import org.jspecify.annotations.NullMarked;
