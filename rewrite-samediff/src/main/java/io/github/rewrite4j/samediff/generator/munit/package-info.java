/**
 * Translators of pictures from one domain to another (MUNIT: Huang et al., "Multimodal Unsupervised Image-to-Image
 * Translation", ECCV 2018): {@link io.github.rewrite4j.samediff.generator.munit.Munit} loads them.
 */
@NullMarked
package io.github.rewrite4j.samediff.generator.munit;

import org.jspecify.annotations.NullMarked;
