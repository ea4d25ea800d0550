/**
 * Inpainters that fill holes from the outside in (RFR: Li et al., "Recurrent Feature Reasoning for Image Inpainting", CVPR
 * 2020): {@link io.github.rewrite4j.samediff.generator.rfr.Rfr} loads them.
 */
@NullMarked
package io.github.rewrite4j.samediff.generator.rfr;

import org.jspecify.annotations.NullMarked;
