package io.github.rewrite4j.samediff.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What an edit did to a batch of pictures: whether it was learnt inside its mask, and what it changed outside. Pictures
 * have values in [-1,1] and are clipped to them. Values of the batch are means over its pictures unless said otherwise.
 *
 * <p>The samples that are measured should not be among the contexts that the edit was made from.
 *
 * @param images the values of each picture, in the order of the batch; at least one, and not all of them equal to their
 *     goals before the edit
 */
public record EditMetrics(List<EditedImage> images) {
    private static final ImageRange RANGE = ImageRange.SYMMETRIC;

    public EditMetrics {
        Objects.requireNonNull(images, "images");
        images = List.copyOf(images);
        if (images.isEmpty()) {
            throw new IllegalArgumentException("images is empty, expected at least one edited picture");
        }
        if (images.stream().allMatch(image -> image.insideL1Before() == 0)) {
            throw new NothingToMeasureException(
                    "goal equals before inside the mask in every picture, so that there is nothing"
                            + " to learn and no success to measure: pass the pictures that the edit should lead to");
        }
    }

    /**
     * Measures an edit. Cost: two SSIM maps and three passes over the pixels for each picture, about 3 ms at 3x64x64.
     *
     * @param before the unedited pictures [N,C,H,W]
     * @param after the edited pictures, same shape and samples
     * @param goal what the edit should have made, same shape; only its pixels inside the mask and the SSIM windows
     *     around them matter
     * @param mask where the edit was wanted: [H,W] for all pictures or [N,H,W], one for each; values greater than 0 are
     *     inside
     * @throws NothingToMeasureException if a side has no pixel, or goal equals before inside
     * @throws IllegalArgumentException if a shape or a value does not fit
     */
    public static EditMetrics measure(INDArray before, INDArray after, INDArray goal, INDArray mask) {
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
        Objects.requireNonNull(goal, "goal");
        Objects.requireNonNull(mask, "mask");
        ImageBatch unedited = ImageBatch.of("before", before, RANGE);
        ImageBatch edited = ImageBatch.of("after", after, RANGE, "before", unedited);
        ImageBatch wanted = ImageBatch.of("goal", goal, RANGE, "before", unedited);
        PixelSelection inside = PixelSelection.of(mask, MaskSide.INSIDE, unedited);
        PixelSelection outside = PixelSelection.of(mask, MaskSide.OUTSIDE, unedited);
        SsimField field = new SsimField(unedited.height(), unedited.width(), RANGE);
        List<EditedImage> images = new ArrayList<>();
        for (int n = 0; n < unedited.count(); n++) {
            PixelDifference change = PixelDifference.between(edited, unedited, n, outside, RANGE);
            images.add(new EditedImage(
                    PixelDifference.between(unedited, wanted, n, inside, RANGE).meanAbsolute(),
                    PixelDifference.between(edited, wanted, n, inside, RANGE).meanAbsolute(),
                    Ssim.overWindows(field, edited, wanted, n, inside),
                    change.meanAbsolute(),
                    change.psnr(RANGE),
                    Ssim.overWindows(field, edited, unedited, n, outside),
                    change.unchangedShare()));
        }
        return new EditMetrics(images);
    }

    /** Mean absolute difference from the goal before the edit, inside. */
    public double insideL1Before() {
        return mean(EditedImage::insideL1Before);
    }

    /** Mean absolute difference from the goal after the edit, inside. */
    public double insideL1After() {
        return mean(EditedImage::insideL1After);
    }

    /**
     * 1 - {@link #insideL1After()} / {@link #insideL1Before()}, the ratio of the batch and not the mean of ratios: 1
     * the goal was reached, 0 the edit brought nothing, negative it led away from the goal.
     */
    public double success() {
        return 1 - insideL1After() / insideL1Before();
    }

    /** SSIM of edited pictures and goals inside, over the pictures that have a value; empty when none has. */
    public OptionalDouble insideSsim() {
        return meanOfPresent(EditedImage::insideSsim);
    }

    /** Mean absolute change outside. */
    public double outsideL1() {
        return mean(EditedImage::outsideL1);
    }

    /**
     * PSNR of the change outside in dB. Pictures that did not change there at all are left out, see
     * {@link Psnr#meanOf}, and counted by {@link #untouchedOutside()}; +Infinity when no picture changed.
     */
    public double outsidePsnr() {
        return Psnr.meanOf(images.stream().mapToDouble(EditedImage::outsidePsnr).toArray());
    }

    /** The number of pictures that did not change outside at all. */
    public int untouchedOutside() {
        return Math.toIntExact(
                images.stream().filter(image -> image.outsideL1() == 0).count());
    }

    /** SSIM of edited and unedited pictures outside, over the pictures that have a value; empty when none has. */
    public OptionalDouble outsideSsim() {
        return meanOfPresent(EditedImage::outsideSsim);
    }

    /** Mean fraction of the pixels outside that changed by less than 2/255 in every channel. */
    public double unchangedShare() {
        return mean(EditedImage::unchangedShare);
    }

    private double mean(ToDoubleFunction<EditedImage> value) {
        return images.stream().mapToDouble(value).average().orElseThrow();
    }

    private OptionalDouble meanOfPresent(Function<EditedImage, OptionalDouble> value) {
        return images.stream()
                .map(value)
                .flatMapToDouble(OptionalDouble::stream)
                .average();
    }
}
