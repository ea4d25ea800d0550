package io.github.rewrite4j.samediff.metric;

import java.util.Arrays;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Peak signal-to-noise ratio of pictures in dB: 10 log10(L^2 / MSE), L the span of the range, MSE the mean squared
 * difference of one pair over channels and pixels. Equal pictures have +Infinity. Values are clipped to the range
 * first. One pass over the arrays.
 *
 * @param range the range of both pictures
 */
public record Psnr(ImageRange range) {
    public Psnr {
        Objects.requireNonNull(range, "range");
    }

    /** PSNR of pictures with values in the given range. */
    public static Psnr forRange(ImageRange range) {
        Objects.requireNonNull(range, "range");
        return new Psnr(range);
    }

    /**
     * The PSNR of each pair of pictures.
     *
     * @param a pictures [N,C,H,W]
     * @param b pictures of the same shape
     * @return N values in dB, +Infinity for equal pictures
     * @throws IllegalArgumentException if a shape or a value does not fit
     */
    public double[] perImage(INDArray a, INDArray b) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        ImageBatch first = ImageBatch.of("a", a, range);
        ImageBatch second = ImageBatch.of("b", b, range, "a", first);
        return perImage(first, second, PixelSelection.everywhere(first));
    }

    /**
     * The PSNR of each pair of pictures on one side of a mask.
     *
     * @param a pictures [N,C,H,W]
     * @param b pictures of the same shape
     * @param mask [H,W] for all pictures or [N,H,W], one for each
     * @param side the side to measure
     * @return N values in dB, +Infinity where the pictures are equal on that side
     * @throws IllegalArgumentException if a shape or a value does not fit, or the side has no pixel
     */
    public double[] perImage(INDArray a, INDArray b, INDArray mask, MaskSide side) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        Objects.requireNonNull(mask, "mask");
        Objects.requireNonNull(side, "side");
        ImageBatch first = ImageBatch.of("a", a, range);
        ImageBatch second = ImageBatch.of("b", b, range, "a", first);
        return perImage(first, second, PixelSelection.of(mask, side, first));
    }

    /** The {@link #meanOf(double[])} of {@link #perImage(INDArray, INDArray)}. */
    public double mean(INDArray a, INDArray b) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        return meanOf(perImage(a, b));
    }

    /**
     * The mean of PSNR values of pairs. Pairs that are equal have no finite value and are left out: one of them would
     * make the mean infinite and hide all others, and leaving out the best cases never flatters a result. Only when
     * every pair is equal the mean is +Infinity.
     *
     * @param perImage PSNR values in dB
     * @throws IllegalArgumentException if there is no value, or one is NaN or -Infinity
     */
    public static double meanOf(double[] perImage) {
        if (perImage.length == 0) {
            throw new IllegalArgumentException("perImage has no value, expected at least one");
        }
        double sum = 0;
        int finite = 0;
        for (double value : perImage) {
            if (Double.isNaN(value) || value == Double.NEGATIVE_INFINITY) {
                throw new IllegalArgumentException("perImage holds " + value + ", expected decibels or +Infinity");
            }
            if (Double.isFinite(value)) {
                sum += value;
                finite++;
            }
        }
        return finite == 0 ? Double.POSITIVE_INFINITY : sum / finite;
    }

    private double[] perImage(ImageBatch a, ImageBatch b, PixelSelection selection) {
        double[] result = new double[a.count()];
        Arrays.setAll(
                result, n -> PixelDifference.between(a, b, n, selection, range).psnr(range));
        return result;
    }
}
