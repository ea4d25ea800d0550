package io.github.rewrite4j.samediff.metric;

import java.util.Arrays;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Mean absolute difference of pictures on one side of a mask, over its pixels and all channels, in units of the range:
 * on [-1,1] white differs from black by 2. Values are clipped to the range first. One pass over the arrays.
 *
 * @param range the range of both pictures
 */
public record MaskedL1(ImageRange range) {
    public MaskedL1 {
        Objects.requireNonNull(range, "range");
    }

    /** The difference of pictures with values in the given range. */
    public static MaskedL1 forRange(ImageRange range) {
        Objects.requireNonNull(range, "range");
        return new MaskedL1(range);
    }

    /**
     * The mean absolute difference of each pair of pictures.
     *
     * @param a pictures [N,C,H,W]
     * @param b pictures of the same shape
     * @param mask [H,W] for all pictures or [N,H,W], one for each
     * @param side the side to measure
     * @return N values, at least 0 and at most the span of the range
     * @throws IllegalArgumentException if a shape or a value does not fit, or the side has no pixel
     */
    public double[] perImage(INDArray a, INDArray b, INDArray mask, MaskSide side) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        Objects.requireNonNull(mask, "mask");
        Objects.requireNonNull(side, "side");
        ImageBatch first = ImageBatch.of("a", a, range);
        ImageBatch second = ImageBatch.of("b", b, range, "a", first);
        PixelSelection selection = PixelSelection.of(mask, side, first);
        double[] result = new double[first.count()];
        Arrays.setAll(result, n -> PixelDifference.between(first, second, n, selection, range)
                .meanAbsolute());
        return result;
    }

    /** The mean of {@link #perImage} over the pairs. */
    public double mean(INDArray a, INDArray b, INDArray mask, MaskSide side) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        Objects.requireNonNull(mask, "mask");
        Objects.requireNonNull(side, "side");
        return Arrays.stream(perImage(a, b, mask, side)).average().orElseThrow();
    }
}
