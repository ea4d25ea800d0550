package io.github.rewrite4j.samediff.metric;

import java.util.Arrays;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** How much a moving picture changes from frame to frame, over all of it or over a part. */
public final class Flicker {
    private Flicker() {}

    /**
     * Mean |I(t+1) - I(t)| of clipped images, the last frame followed by the first, in units of the range [-1, 1].
     *
     * @param frames [T, C, H, W], at least two
     */
    public static double everywhere(INDArray frames) {
        INDArray next = following(frames);
        return MaskedL1.forRange(ImageRange.SYMMETRIC)
                .mean(frames, next, Nd4j.ones(frames.size(2), frames.size(3)), MaskSide.INSIDE);
    }

    /**
     * The same over one side of a mask; outside is more than 4 pixels (Chebyshev) away.
     *
     * @param mask [H, W], 1 under what an edit is about
     * @throws NothingToMeasureException when there are no pixels on that side
     */
    public static double on(INDArray frames, INDArray mask, MaskSide side) {
        Objects.requireNonNull(frames, "frames");
        Objects.requireNonNull(mask, "mask");
        Objects.requireNonNull(side, "side");
        return MaskedL1.forRange(ImageRange.SYMMETRIC).mean(frames, following(frames), mask, side);
    }

    private static INDArray following(INDArray frames) {
        if (frames.rank() != 4 || frames.size(0) < 2) {
            throw new IllegalArgumentException(
                    "A moving picture has at least two frames [T, C, H, W], but the shape is "
                            + Arrays.toString(frames.shape()) + ".");
        }
        INDArray rest = frames.get(NDArrayIndex.interval(1, frames.size(0)));
        INDArray first = frames.get(NDArrayIndex.interval(0, 1));
        return Nd4j.concat(0, rest, first);
    }
}
