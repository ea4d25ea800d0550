/**
 * A small world to try everything on: drawn faces of 64x64 pixels, derived from "Personas by Draftbit", CC BY 4.0.
 *
 * <p>{@link io.github.rewrite4j.avatars.BundledGenerator} draws them, {@link io.github.rewrite4j.avatars.BundledExpansion} draws
 * them in five more domains, {@link io.github.rewrite4j.avatars.BundledProjector} finds the values of any picture, {@link
 * io.github.rewrite4j.avatars.BundledNetworks} look at them, and {@link io.github.rewrite4j.avatars.RealAvatars}, {@link
 * io.github.rewrite4j.avatars.Accessories}, {@link io.github.rewrite4j.avatars.AvatarParts} and {@link
 * io.github.rewrite4j.avatars.AvatarPictures} are pictures. All of it lies in this artifact; nothing is downloaded.
 */
@NullMarked
package io.github.rewrite4j.avatars;

import org.jspecify.annotations.NullMarked;
