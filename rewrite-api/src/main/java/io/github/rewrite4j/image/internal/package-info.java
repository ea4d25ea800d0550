/**
 * Codecs of PNG and JPEG files, pictures of Java's, and resampling: the workings of the image room. Not for users: what is
 * here may change with any release.
 */
@NullMarked
package io.github.rewrite4j.image.internal;

import org.jspecify.annotations.NullMarked;
