package io.github.rewrite4j.samediff.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class EditMetricsTest {
    private final INDArray before = TestImages.noise(3, 3, 32, 32, 5).subi(0.5);
    private final INDArray goal = TestImages.noise(3, 3, 32, 32, 6).subi(0.5);
    private final INDArray mask = Nd4j.zeros(DataType.FLOAT, 32, 32);

    EditMetricsTest() {
        mask.get(NDArrayIndex.interval(8, 16), NDArrayIndex.interval(8, 16)).assign(1);
    }

    @Test
    void callsAPerfectEditASuccessThatChangedNothingOutside() {
        INDArray after = before.dup();
        // The windows of the SSIM reach beyond the mask, so the whole neighbourhood is as wanted.
        everyPicture(after, 3, 21).assign(everyPicture(goal, 3, 21));
        INDArray margin = mask.dup();
        margin.get(NDArrayIndex.interval(0, 24), NDArrayIndex.interval(0, 24)).assign(1);

        EditMetrics metrics = EditMetrics.measure(before, after, goal, mask);

        assertThat(metrics.success()).isEqualTo(1);
        assertThat(metrics.insideL1After()).isZero();
        assertThat(metrics.insideL1Before()).isGreaterThan(0.2);
        assertThat(metrics.insideSsim()).hasValue(1);
        EditMetrics wide = EditMetrics.measure(before, after, goal, margin);
        assertThat(wide.outsideL1()).isZero();
        assertThat(wide.outsidePsnr()).isInfinite();
        assertThat(wide.untouchedOutside()).isEqualTo(3);
        assertThat(wide.unchangedShare()).isEqualTo(1);
        assertThat(wide.success()).isBetween(0.2, 1.0);
    }

    @Test
    void callsNoEditNoSuccess() {
        EditMetrics metrics = EditMetrics.measure(before, before, goal, mask);
        assertThat(metrics.success()).isZero();
        assertThat(metrics.outsideSsim()).hasValue(1);
    }

    @Test
    void measuresHalfOfTheWayAsHalfASuccess() {
        INDArray after = before.add(goal).div(2);
        EditMetrics metrics = EditMetrics.measure(before, after, goal, mask);
        assertThat(metrics.success()).isCloseTo(0.5, within(1e-6));
        assertThat(metrics.insideL1After()).isCloseTo(metrics.insideL1Before() / 2, within(1e-6));
    }

    @Test
    void agreesWithTheSingleMetrics() {
        INDArray after = before.add(goal.mul(0.1));
        EditMetrics metrics = EditMetrics.measure(before, after, goal, mask);
        ImageRange range = ImageRange.SYMMETRIC;

        assertThat(metrics.images()).hasSize(3);
        assertThat(metrics.insideL1Before())
                .isEqualTo(MaskedL1.forRange(range).mean(before, goal, mask, MaskSide.INSIDE));
        assertThat(metrics.outsideL1()).isEqualTo(MaskedL1.forRange(range).mean(before, after, mask, MaskSide.OUTSIDE));
        assertThat(metrics.outsidePsnr())
                .isEqualTo(Psnr.meanOf(Psnr.forRange(range).perImage(before, after, mask, MaskSide.OUTSIDE)));
        assertThat(metrics.insideSsim().orElseThrow())
                .isEqualTo(mean(Ssim.forRange(range).perImage(after, goal, mask, MaskSide.INSIDE)));
        assertThat(metrics.outsideSsim().orElseThrow())
                .isEqualTo(mean(Ssim.forRange(range).perImage(after, before, mask, MaskSide.OUTSIDE)));
    }

    @Test
    void countsAPixelAsUnchangedWhenEveryChannelMovedLessThanAnEightBitStep() {
        INDArray after = before.dup();
        int corner = 31;
        after.putScalar(new int[] {0, 1, corner, 0}, before.getFloat(0, 1, corner, 0) + 0.0070f);
        after.putScalar(new int[] {0, 1, corner, corner}, before.getFloat(0, 1, corner, corner) + 0.0080f);

        EditMetrics metrics = EditMetrics.measure(before, after, goal, mask);

        double outside = 32 * 32 - 16 * 16;
        assertThat(metrics.images().get(0).unchangedShare()).isCloseTo(1 - 1 / outside, within(1e-12));
        assertThat(metrics.untouchedOutside()).isEqualTo(2);
        assertThat(metrics.outsidePsnr())
                .isFinite()
                .isEqualTo(metrics.images().get(0).outsidePsnr());
    }

    @Test
    void takesOneMaskForEachPicture() {
        INDArray after = before.add(goal.mul(0.1));
        INDArray masks = Nd4j.stack(0, mask, mask, mask);
        assertThat(EditMetrics.measure(before, after, goal, masks))
                .isEqualTo(EditMetrics.measure(before, after, goal, mask));
    }

    @Test
    void clipsWithoutTouchingItsArguments() {
        INDArray after = before.mul(5);
        INDArray given = after.dup();
        INDArray ceiling = Nd4j.onesLike(before);
        EditMetrics metrics = EditMetrics.measure(before, after.add(10), ceiling, mask);
        assertThat(metrics.success()).isEqualTo(1);
        assertThat(after).isEqualTo(given);
    }

    @Test
    void hasNoInsideSsimWhenTheMaskHugsTheBorder() {
        INDArray border = Nd4j.zeros(DataType.FLOAT, 32, 32);
        border.getRow(1).assign(1);
        EditMetrics metrics = EditMetrics.measure(before, goal, goal, border);
        assertThat(metrics.insideSsim()).isEmpty();
        assertThat(metrics.success()).isEqualTo(1);
    }

    @Test
    void refusesWhatCannotBeMeasured() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EditMetrics.measure(before, before, before, mask))
                .withMessageContaining("goal equals before");
        INDArray fewer = goal.get(NDArrayIndex.interval(0, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EditMetrics.measure(before, before, fewer, mask))
                .withMessageContainingAll("goal has shape [2, 3, 32, 32]", "[3, 3, 32, 32] like before");
        INDArray broken = before.dup().putScalar(7, Float.POSITIVE_INFINITY);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EditMetrics.measure(before, broken, goal, mask))
                .withMessageContaining("after");
    }

    private static INDArray everyPicture(INDArray images, int from, int to) {
        return images.get(
                NDArrayIndex.all(),
                NDArrayIndex.all(),
                NDArrayIndex.interval(from, to),
                NDArrayIndex.interval(from, to));
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }
}
