package io.github.rewrite4j.samediff.metric;

import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalDouble;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Structural similarity of pictures: 1 for equal ones, near 0 for unrelated ones (Wang, Bovik, Sheikh, Simoncelli,
 * "Image quality assessment: from error visibility to structural similarity", 2004, eq. 13).
 *
 * <p>SSIM = (2 m_a m_b + C1)(2 s_ab + C2) / ((m_a^2 + m_b^2 + C1)(s_a^2 + s_b^2 + C2)) with C1 = (0.01 L)^2, C2 = (0.03
 * L)^2, L the span of the range, and means, variances and covariance weighted by an 11x11 Gaussian of sigma 1.5 (no n-1
 * correction). Only windows that lie wholly in the picture count. Pictures with a side below 11 are seen through the
 * largest odd window that fits. The value of a picture is the mean over windows and channels. Values are clipped to the
 * range first. Cost: about 0.1 microseconds per value of one of the two arrays.
 *
 * @param range the range of both pictures
 */
public record Ssim(ImageRange range) {
    public Ssim {
        Objects.requireNonNull(range, "range");
    }

    /** SSIM of pictures with values in the given range. */
    public static Ssim forRange(ImageRange range) {
        Objects.requireNonNull(range, "range");
        return new Ssim(range);
    }

    /**
     * The SSIM of each pair of pictures.
     *
     * @param a pictures [N,C,H,W]
     * @param b pictures of the same shape
     * @return N values in [-1,1]
     * @throws IllegalArgumentException if a shape or a value does not fit
     */
    public double[] perImage(INDArray a, INDArray b) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        ImageBatch first = ImageBatch.of("a", a, range);
        ImageBatch second = ImageBatch.of("b", b, range, "a", first);
        SsimField field = new SsimField(first.height(), first.width(), range);
        double[] result = new double[first.count()];
        for (int n = 0; n < result.length; n++) {
            result[n] = Arrays.stream(map(field, first, second, n)).average().orElseThrow();
        }
        return result;
    }

    /**
     * The SSIM of each pair of pictures over the windows whose centre lies on one side of a mask.
     *
     * @param a pictures [N,C,H,W]
     * @param b pictures of the same shape
     * @param mask [H,W] for all pictures or [N,H,W], one for each
     * @param side the side to measure
     * @return N values in [-1,1]
     * @throws IllegalArgumentException if a shape or a value does not fit, or no window is centred there
     */
    public double[] perImage(INDArray a, INDArray b, INDArray mask, MaskSide side) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        Objects.requireNonNull(mask, "mask");
        Objects.requireNonNull(side, "side");
        ImageBatch first = ImageBatch.of("a", a, range);
        ImageBatch second = ImageBatch.of("b", b, range, "a", first);
        PixelSelection selection = PixelSelection.of(mask, side, first);
        SsimField field = new SsimField(first.height(), first.width(), range);
        double[] result = new double[first.count()];
        for (int n = 0; n < result.length; n++) {
            int image = n;
            result[n] = overWindows(field, first, second, n, selection)
                    .orElseThrow(() -> new IllegalArgumentException("mask has no pixel " + side + " of picture " + image
                            + " that is the centre of a window: windows are centred at least " + field.radius()
                            + " pixels from the border, use a larger mask or another metric"));
        }
        return result;
    }

    /** The mean of {@link #perImage(INDArray, INDArray)} over the pairs. */
    public double mean(INDArray a, INDArray b) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        return Arrays.stream(perImage(a, b)).average().orElseThrow();
    }

    /**
     * The SSIM of every window.
     *
     * @param a pictures [N,C,H,W]
     * @param b pictures of the same shape
     * @return a new float64 array [N,C,H-k+1,W-k+1], k the window (11 unless a side is shorter); element (y,x) belongs
     *     to the window centred at (y + k/2, x + k/2)
     * @throws IllegalArgumentException if a shape or a value does not fit
     */
    public INDArray map(INDArray a, INDArray b) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        ImageBatch first = ImageBatch.of("a", a, range);
        ImageBatch second = ImageBatch.of("b", b, range, "a", first);
        SsimField field = new SsimField(first.height(), first.width(), range);
        int size = field.rows() * field.columns();
        double[] all = new double[first.count() * first.channels() * size];
        double[] one = new double[size];
        for (int plane = 0; plane * size < all.length; plane++) {
            Arrays.fill(one, 0);
            field.accumulate(first.values(), second.values(), plane * first.planeSize(), 1, one);
            System.arraycopy(one, 0, all, plane * size, size);
        }
        return Nd4j.createFromArray(all).reshape('c', first.count(), first.channels(), field.rows(), field.columns());
    }

    /** The mean over the windows centred in the selection, or nothing when there is none. */
    static OptionalDouble overWindows(
            SsimField field, ImageBatch a, ImageBatch b, int image, PixelSelection selection) {
        double[] map = map(field, a, b, image);
        boolean[] selected = selection.plane(image);
        double sum = 0;
        int count = 0;
        for (int i = 0; i < map.length; i++) {
            int y = i / field.columns() + field.radius();
            int x = i % field.columns() + field.radius();
            if (selected[y * a.width() + x]) {
                sum += map[i];
                count++;
            }
        }
        return count == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / count);
    }

    private static double[] map(SsimField field, ImageBatch a, ImageBatch b, int image) {
        double[] map = new double[field.rows() * field.columns()];
        for (int c = 0; c < a.channels(); c++) {
            field.accumulate(a.values(), b.values(), a.offset(image, c), 1.0 / a.channels(), map);
        }
        return map;
    }
}
