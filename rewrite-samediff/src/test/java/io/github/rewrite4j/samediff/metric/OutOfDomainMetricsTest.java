package io.github.rewrite4j.samediff.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.Region;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

class OutOfDomainMetricsTest {
    private static final int SIZE = 32;

    private final INDArray unedited = TestImages.noise(3, 3, SIZE, SIZE, 1).subi(0.5);
    private final Exemplar left = exemplar("left", Region.rectangle(6, 10, 6, 8));
    private final Exemplar right = exemplar("right", Region.rectangle(20, 8, 5, 5));

    private static Exemplar exemplar(String name, Region region) {
        INDArray picture = TestImages.noise(1, 3, SIZE, SIZE, name.length()).subi(0.5);
        return Exemplar.of(picture.reshape(3, SIZE, SIZE), region).named(name);
    }

    private OutOfDomainMetrics measure(INDArray edited, Exemplar... exemplars) {
        return OutOfDomainMetrics.measure(unedited, edited, List.of(exemplars));
    }

    @Test
    void theCompositeItselfIsAPerfectEdit() {
        OutOfDomainMetrics metrics = measure(OutOfDomainMetrics.goals(unedited, List.of(left, right)), left, right);
        assertThat(metrics.samples()).isEqualTo(3);
        assertThat(metrics.exemplars()).containsExactly("left", "right");
        assertThat(metrics.success()).hasValue(1);
        assertThat(metrics.insideL1()).isZero();
        assertThat(metrics.insideSsim().orElseThrow()).isCloseTo(1, within(1e-6));
        assertThat(metrics.outsideL1()).hasValue(0);
        assertThat(metrics.outsidePsnr()).as("nothing changed outside").isEmpty();
        assertThat(metrics.facts().asMap()).containsKey("success").doesNotContainKey("outsidePsnr");
    }

    @Test
    void eachPictureIsMeasuredInTheMaskOfItsOwnExemplar() {
        INDArray goals = OutOfDomainMetrics.goals(unedited, List.of(left, right));
        // Half of the way for the second picture, nothing for the others.
        INDArray edited = unedited.dup();
        INDArray second = edited.get(NDArrayIndex.point(1));
        second.assign(unedited.get(NDArrayIndex.point(1))
                .add(goals.get(NDArrayIndex.point(1)))
                .muli(0.5));
        OutOfDomainMetrics metrics = measure(edited, left, right);
        double[] before = new double[3];
        for (int n = 0; n < 3; n++) {
            Exemplar exemplar = n == 1 ? right : left;
            INDArray mask = exemplar.mask().toArray();
            before[n] = goals.get(NDArrayIndex.point(n))
                            .sub(unedited.get(NDArrayIndex.point(n)))
                            .norm1Number()
                            .doubleValue()
                    / (3 * mask.sumNumber().doubleValue());
        }
        assertThat(metrics.insideL1Unedited()).isCloseTo((before[0] + before[1] + before[2]) / 3, within(1e-6));
        assertThat(metrics.success().orElseThrow())
                .isCloseTo(before[1] / 2 / (before[0] + before[1] + before[2]), within(1e-6));
    }

    @Test
    void changesOutsideAreCountedBeyondTheMargin() {
        INDArray edited = unedited.dup();
        // Four pixels from the mask of 'left' is margin, the next row is outside.
        edited.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(18, 22), NDArrayIndex.interval(6, 12))
                .addi(0.1);
        assertThat(measure(edited, left).outsideL1()).hasValue(0);
        edited.get(NDArrayIndex.point(0), NDArrayIndex.all(), NDArrayIndex.point(22), NDArrayIndex.point(7))
                .addi(0.2);
        OutOfDomainMetrics metrics = measure(edited, left);
        int outside = SIZE * SIZE - 14 * 16;
        assertThat(metrics.outsideL1().orElseThrow()).isCloseTo(0.2 / outside / 3, within(1e-7));
        // The two pictures that did not change there have no PSNR and do not hide the one that did.
        assertThat(metrics.outsidePsnr().orElseThrow()).isCloseTo(10 * Math.log10(4 * outside / 0.04), within(1e-3));
        assertThat(metrics.outsideSsim().orElseThrow()).isBetween(0.9, 1.0);
    }

    @Test
    void agreesWithTheMeasureOfEditsWhereBothCanBeAsked() {
        INDArray edited = unedited.add(TestImages.noise(3, 3, SIZE, SIZE, 9).muli(0.3));
        OutOfDomainMetrics metrics = measure(edited, left);
        EditMetrics same = EditMetrics.measure(
                unedited,
                edited,
                OutOfDomainMetrics.goals(unedited, List.of(left)),
                left.mask().toArray());
        assertThat(metrics.success().orElseThrow()).isEqualTo(same.success());
        assertThat(metrics.insideSsim()).isEqualTo(same.insideSsim());
        assertThat(metrics.outsidePsnr()).hasValue(same.outsidePsnr());
        assertThat(metrics.outsideSsim()).isEqualTo(same.outsideSsim());
    }

    @Test
    void numbersThatDoNotExistAreEmpty() {
        Exemplar nearlyAll = exemplar("all", Region.rectangle(0, 0, SIZE, SIZE - 2));
        OutOfDomainMetrics metrics = measure(unedited, nearlyAll);
        assertThat(metrics.outsideL1()).isEmpty();
        assertThat(metrics.outsidePsnr()).isEmpty();
        assertThat(metrics.outsideSsim()).isEmpty();
        assertThat(metrics.success()).hasValue(0);
        Exemplar corner = exemplar("corner", Region.rectangle(0, 0, 3, 3));
        assertThat(measure(unedited, corner).insideSsim()).isEmpty();
        INDArray goals = OutOfDomainMetrics.goals(unedited, List.of(corner));
        assertThat(OutOfDomainMetrics.measure(goals, goals, List.of(corner)).success())
                .as("nothing to draw")
                .isEmpty();
    }

    @Test
    void exemplarsMustBeThereAndOfTheSizeOfThePictures() {
        assertThatThrownBy(() -> measure(unedited)).hasMessageContaining("exemplars is empty");
        assertThatThrownBy(() -> measure(unedited, left.resizedTo(16))).hasMessageContaining("resizedTo");
        assertThat(measure(unedited, left, right, left, right).exemplars()).hasSize(3);
    }
}
