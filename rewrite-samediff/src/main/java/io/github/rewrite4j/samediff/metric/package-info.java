/**
 * How good an edit is, in numbers.
 *
 * <p>Two questions are asked of every edit: was the rule learnt, and was everything else left alone? The first is
 * answered <em>inside</em> the mask of the edit against a goal picture, the second <em>outside</em> of it against the
 * unedited picture ({@link io.github.rewrite4j.samediff.metric.EditMetrics}). The mask itself is surrounded by a margin
 * of four pixels that belongs to neither side ({@link io.github.rewrite4j.samediff.metric.MaskSide}), since a
 * convolution must blend somewhere. {@link io.github.rewrite4j.samediff.metric.MaskedL1},
 * {@link io.github.rewrite4j.samediff.metric.Psnr} and {@link io.github.rewrite4j.samediff.metric.Ssim} compare
 * pictures pair by pair; {@link io.github.rewrite4j.samediff.metric.FrechetDistance},
 * {@link io.github.rewrite4j.samediff.metric.Wasserstein},
 * {@link io.github.rewrite4j.samediff.metric.SlicedWasserstein} and
 * {@link io.github.rewrite4j.samediff.metric.AssignmentDistance} compare two sets of features whose members have no
 * partners.
 *
 * <p>These need no network. {@link io.github.rewrite4j.samediff.metric.PerceptualDistance} compares pictures through any
 * {@link io.github.rewrite4j.samediff.metric.FeatureNetwork} by the formula of LPIPS; the names of networks stand beside
 * the numbers, since those of two networks cannot be compared ({@link io.github.rewrite4j.samediff.metric.RandomFeatures}
 * ships, {@link io.github.rewrite4j.samediff.metric.OfficialLpips} reads the files of its authors). On it stands
 * {@link io.github.rewrite4j.samediff.metric.Diversity}. Edits, of samples and from pictures alike, are measured by
 * {@link io.github.rewrite4j.samediff.metric.EditMetrics}.
 *
 * <p>Pictures are [N,C,H,W] arrays whose range is always named
 * ({@link io.github.rewrite4j.samediff.metric.ImageRange}); values beyond it are clipped to it, as they would be on a
 * screen. Every sum is taken in double precision. Values that are not finite and shapes that do not agree are refused,
 * by name; nothing here returns NaN.
 */
@NullMarked
package io.github.rewrite4j.samediff.metric;

import org.jspecify.annotations.NullMarked;
