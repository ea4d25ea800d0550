/**
 * Pictures in and out.
 *
 * <p>Networks see images as arrays [N, 3, H, W] in [-1, 1] (grey ones [N, 1, H, W]); people see PNG files. {@link
 * io.github.rewrite4j.image.Images} turns one into the other by {@code pixel = clip(round((y + 1) * 127.5), 0, 255)}.
 * A picture that a user brings is read whatever its mode ({@link io.github.rewrite4j.image.Pixels}).
 * The rest serves looking at results: {@link io.github.rewrite4j.image.Difference} and {@link
 * io.github.rewrite4j.image.HeatMap} make pictures of numbers, and a {@link io.github.rewrite4j.image.ContactSheet}
 * puts rows of pictures side by side with their labels, {@link io.github.rewrite4j.image.BlindPairs} two of them for people who are to
 * not know which is whose, and an {@link io.github.rewrite4j.image.AnimatedGif} one after the other. Everything is drawn without a display; PNG files are read and written without starting Java's graphics toolkit.
 */
@NullMarked
package io.github.rewrite4j.image;

import org.jspecify.annotations.NullMarked;
