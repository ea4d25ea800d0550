package io.github.rewrite4j.samediff.linalg;

import static io.github.rewrite4j.samediff.Matrices.assertClose;
import static io.github.rewrite4j.samediff.Matrices.largest;
import static io.github.rewrite4j.samediff.Matrices.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.rewrite4j.RewriteException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class SecondMomentTest {
    /** Five key maps of 12 channels; 71 x 70 cells are more than one block, 5 x 4970 keys several. */
    private final INDArray maps = random(5 * 12, 71 * 70, 1).toArray().addi(0.5).castTo(DataType.FLOAT);

    private final INDArray batch = maps.reshape(5, 12, 71, 70);
    private final INDArray columns = batch.permute(1, 0, 2, 3).dup('c').reshape(12, 5 * 71 * 70);
    private final Matrix expected = Matrix.of(columns).transpose().gram().times(1.0 / (5 * 71 * 70));

    private static Matrix matrix(SecondMoment moment) {
        return Matrix.of(moment.toCovariance().matrix());
    }

    @ParameterizedTest
    @EnumSource
    void averagesTheOuterProductsOfAllLocations(Precision precision) {
        double tolerance = largest(expected) * (precision == Precision.FLOAT64 ? 1e-13 : 1e-6);
        SecondMoment moment = SecondMoment.ofDimension(12, precision).add(batch);
        assertThat(moment.count()).isEqualTo(5 * 71 * 70);
        assertThat(moment.dimension()).isEqualTo(12);
        assertClose(matrix(moment), expected, tolerance);
        assertClose(matrix(SecondMoment.ofDimension(12, precision).addColumns(columns)), expected, tolerance);
        assertClose(matrix(SecondMoment.ofDimension(12, precision).addRows(columns.transpose())), expected, tolerance);
        assertClose(
                matrix(SecondMoment.ofDimension(12, precision)
                        .addRows(columns.transpose().dup('c'))),
                expected,
                tolerance);
    }

    @ParameterizedTest
    @EnumSource
    void readsMapsWhoseChannelsLieLast(Precision precision) {
        INDArray last = batch.permute(0, 2, 3, 1).dup('c');
        INDArray stretch = Nd4j.zeros(DataType.FLOAT, 2 * last.length());
        INDArray atItsBeginning = Nd4j.create(stretch.data(), last.shape(), last.stride(), 0, 'c');
        INDArray furtherOn = Nd4j.concat(0, Nd4j.zerosLike(last), last).get(NDArrayIndex.interval(5, 10));
        double tolerance = largest(expected) * (precision == Precision.FLOAT64 ? 1e-13 : 1e-6);
        for (INDArray cells : new INDArray[] {last, atItsBeginning.assign(last), furtherOn}) {
            SecondMoment moment = SecondMoment.ofDimension(12, precision).add(cells.permute(0, 3, 1, 2));
            assertThat(moment.count()).isEqualTo(5 * 71 * 70);
            assertClose(matrix(moment), expected, tolerance);
        }
    }

    @Test
    void isExactlySymmetric() {
        Matrix moment = matrix(SecondMoment.ofDimension(12).add(batch));
        assertThat(moment).isEqualTo(moment.transpose());
    }

    @Test
    void streamingInPartsAgreesWithOneBatchAndWithMerging() {
        SecondMoment streamed = SecondMoment.ofDimension(12);
        StreamedKeyCovariance merged = null;
        for (int i = 0; i < 5; i++) {
            INDArray part = batch.get(NDArrayIndex.interval(i, i + 1));
            streamed.add(part);
            StreamedKeyCovariance one = SecondMoment.ofDimension(12).add(part).toCovariance();
            merged = merged == null ? one : merged.merge(one);
        }
        double tolerance = 1e-6 * largest(expected);
        assertClose(matrix(streamed), expected, tolerance);
        assertThat(merged).isNotNull();
        assertThat(merged.count()).isEqualTo(streamed.count());
        assertClose(Matrix.of(merged.matrix()), expected, tolerance);
    }

    @Test
    void readsViewsAndOtherTypesByTheirMeaningAndLeavesThemAlone() {
        INDArray view = batch.get(NDArrayIndex.interval(1, 4), NDArrayIndex.interval(2, 10));
        INDArray before = view.dup();
        SecondMoment ofView = SecondMoment.ofDimension(8).add(view);
        SecondMoment ofCopy = SecondMoment.ofDimension(8).add(view.dup('c'));
        assertThat(matrix(ofView)).isEqualTo(matrix(ofCopy));
        assertThat(view).isEqualTo(before);
        assertClose(
                matrix(SecondMoment.ofDimension(12).add(batch.castTo(DataType.DOUBLE))),
                expected,
                1e-13 * largest(expected));
        assertClose(matrix(SecondMoment.ofDimension(12).add(batch.dup('f'))), expected, 1e-6 * largest(expected));
    }

    @Test
    void refusesKeysThatAreNotFiniteAndStaysAsItWas() {
        SecondMoment moment = SecondMoment.ofDimension(12).add(batch);
        Matrix before = matrix(moment);
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 1e30f}) {
            INDArray broken = batch.dup();
            broken.putScalar(new int[] {3, 7, 11, 2}, bad);
            assertThatExceptionOfType(RewriteException.class)
                    .isThrownBy(() -> moment.add(broken))
                    .withMessageContainingAll("Channel 7", "[5, 12, 71, 70]");
            INDArray last = broken.permute(0, 2, 3, 1).dup('c').permute(0, 3, 1, 2);
            assertThatExceptionOfType(RewriteException.class)
                    .isThrownBy(() -> moment.add(last))
                    .withMessageContainingAll("Channel 7", "[5, 12, 71, 70]");
        }
        assertThat(moment.count()).isEqualTo(5 * 71 * 70);
        assertThat(matrix(moment)).isEqualTo(before);
    }

    @Test
    void namesWrongShapes() {
        SecondMoment moment = SecondMoment.ofDimension(8);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> moment.add(batch))
                .withMessageContainingAll("[N, 8, h, w]", "[5, 12, 71, 70]");
        assertThatIllegalArgumentException().isThrownBy(() -> moment.addRows(columns));
        assertThatIllegalArgumentException().isThrownBy(() -> moment.addColumns(columns));
        assertThatIllegalArgumentException().isThrownBy(() -> SecondMoment.ofDimension(0));
        assertThatIllegalStateException().isThrownBy(moment::toCovariance);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SecondMoment.ofDimension(4)
                        .addColumns(Nd4j.zeros(DataType.FLOAT, 4, 9))
                        .toCovariance())
                .withMessageContaining("zero");
    }

    @Test
    void whereKeysBeginInTheirMemoryDecidesNoBit() {
        INDArray memory = Nd4j.randn(DataType.FLOAT, 8 + 2 * 5 * 5 * 24);
        INDArray shifted = memory.get(NDArrayIndex.interval(8, memory.length()))
                .reshape(2, 5, 5, 24)
                .permute(0, 3, 1, 2);
        INDArray first = shifted.permute(0, 2, 3, 1).dup('c').permute(0, 3, 1, 2);
        assertThat(shifted.offset()).isNotEqualTo(first.offset());
        for (Precision precision : Precision.values()) {
            double[] moved = numbers(SecondMoment.ofDimension(24, precision).add(shifted));
            assertThat(moved)
                    .isEqualTo(numbers(SecondMoment.ofDimension(24, precision).add(first)));
        }
    }

    private static double[] numbers(SecondMoment moment) {
        return moment.toCovariance().matrix().dup().data().asDouble();
    }
}
