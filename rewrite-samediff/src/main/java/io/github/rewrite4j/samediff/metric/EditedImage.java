package io.github.rewrite4j.samediff.metric;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What an edit did to one picture; values in [-1,1]. Sides are those of {@link MaskSide}.
 *
 * @param insideL1Before mean absolute difference of the unedited picture from the goal, inside the mask
 * @param insideL1After mean absolute difference of the edited picture from the goal, inside the mask
 * @param insideSsim SSIM of the edited picture and the goal over windows centred in the mask; empty when the mask is so
 *     near the border that no window is
 * @param outsideL1 mean absolute difference of the edited from the unedited picture, outside
 * @param outsidePsnr PSNR of the edited against the unedited picture in dB, outside; +Infinity when nothing changed
 *     there
 * @param outsideSsim SSIM of the edited and the unedited picture over windows centred outside; empty when there is none
 * @param unchangedShare fraction of the pixels outside that changed by less than 2/255, one 8-bit step, in every
 *     channel
 */
public record EditedImage(
        double insideL1Before,
        double insideL1After,
        OptionalDouble insideSsim,
        double outsideL1,
        double outsidePsnr,
        OptionalDouble outsideSsim,
        double unchangedShare) {
    public EditedImage {
        Objects.requireNonNull(insideSsim, "insideSsim");
        Objects.requireNonNull(outsideSsim, "outsideSsim");
    }
}
