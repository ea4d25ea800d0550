package io.github.rewrite4j.samediff.linalg.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.NotFiniteException;
import io.github.rewrite4j.samediff.Avatars;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class FiniteTest {
    private static INDArray checked(INDArray array) {
        return Finite.require(array, "The numbers", "Do something.");
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "DOUBLE", "HALF", "BFLOAT16"})
    void everyPlaceIsSeenInEveryType(DataType type) {
        INDArray clean = Avatars.random(1, 2, 3, 5, 7).castTo(type);
        assertThat(checked(clean)).isSameAs(clean);
        for (double wrong : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            for (long at : new long[] {0, 1, 104, 209}) {
                INDArray array = clean.dup('c');
                array.putScalar(at, wrong);
                assertThatThrownBy(() -> checked(array))
                        .isInstanceOf(NotFiniteException.class)
                        .hasMessage("The numbers are not finite: " + wrong + " at sample " + at / 105 + ", channel "
                                + at % 105 / 35 + ", row " + at % 35 / 7 + ", column " + at % 7
                                + " of 210 numbers. Do something.");
            }
        }
    }

    @Test
    void opposedInfinitiesDoNotHideEachOther() {
        INDArray array = Avatars.random(1, 4, 4);
        array.putScalar(1, 2, Float.POSITIVE_INFINITY);
        array.putScalar(3, 0, Float.NEGATIVE_INFINITY);
        assertThatThrownBy(() -> checked(array)).hasMessageContaining("Infinity at [1, 2] and 1 more of 16 numbers");
    }

    @Test
    void largeNumbersWhoseSumOverflowsPass() {
        INDArray large = Nd4j.valueArrayOf(new long[] {3, 100}, Float.MAX_VALUE, DataType.FLOAT);
        assertThat(checked(large)).isSameAs(large);
    }

    @Test
    void ofAViewOnlyItsOwnElementsCount() {
        INDArray whole = Avatars.random(1, 4, 6, 5);
        whole.putScalar(new long[] {2, 3, 4}, Float.NaN);
        List<INDArray> clean = List.of(
                whole.slice(1),
                whole.get(NDArrayIndex.interval(0, 2)),
                whole.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 3)),
                whole.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(0, 4)),
                whole.tensorAlongDimension(2, 0, 1));
        clean.forEach(view -> assertThat(checked(view)).isSameAs(view));
        List<INDArray> wrong = List.of(
                whole.slice(2),
                whole.get(NDArrayIndex.interval(2, 4)),
                whole.permute(2, 0, 1),
                whole.get(NDArrayIndex.all(), NDArrayIndex.interval(3, 4)),
                whole.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(3, 5)),
                whole.tensorAlongDimension(4, 0, 1));
        wrong.forEach(view -> assertThatThrownBy(() -> checked(view)).isInstanceOf(NotFiniteException.class));
    }

    @Test
    void whatHoldsNoFractionsPasses() {
        INDArray numbers = Nd4j.createFromArray(1, 2, 3);
        assertThat(checked(numbers)).isSameAs(numbers);
    }
}
