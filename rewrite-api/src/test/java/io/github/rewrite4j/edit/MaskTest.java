package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class MaskTest {
    private static final Mask SOFT = Mask.of(new float[][] {{0, 0, 0, 0}, {0, 0.25f, 1, 0}, {0, 0, 0.5f, 0}});

    @Test
    void measuresItsSelection() {
        assertThat(SOFT.selectedCells()).isEqualTo(3);
        assertThat(SOFT.sum()).isEqualTo(1.75);
        assertThat(SOFT.boundingBox()).isEqualTo(new Box(1, 1, 3, 3));
        assertThat(SOFT.boundingBox().height()).isEqualTo(2);
        assertThat(SOFT.centre()).isEqualTo(new Cell(2, 2));
        assertThat(SOFT.isEmpty()).isFalse();
    }

    @Test
    void hardSelectsEveryCellAboveZero() {
        assertThat(SOFT.hard().toRows()).isDeepEqualTo(new float[][] {{0, 0, 0, 0}, {0, 1, 1, 0}, {0, 0, 1, 0}});
    }

    @Test
    void dilationTakesTheLargestValueInASquare() {
        Mask mask = Mask.of(new float[][] {{0, 0, 0, 0, 0}, {0, 0.5f, 0, 0, 0}, {0, 0, 0, 0, 1}});
        assertThat(mask.dilated(1).toRows())
                .isDeepEqualTo(
                        new float[][] {{0.5f, 0.5f, 0.5f, 0, 0}, {0.5f, 0.5f, 0.5f, 1, 1}, {0.5f, 0.5f, 0.5f, 1, 1}});
        assertThat(mask.dilated(0)).isEqualTo(mask);
        assertThat(mask.dilated(Integer.MAX_VALUE).sum()).isEqualTo(15);
    }

    @Test
    void anEmptyMaskHasNoBoxAndSaysSo() {
        Mask empty = Mask.of(new float[2][3]);
        assertThat(empty.isEmpty()).isTrue();
        assertThatThrownBy(empty::boundingBox)
                .isInstanceOf(EmptyRegionException.class)
                .hasMessageContaining("isEmpty()");
        assertThatThrownBy(empty::centre).isInstanceOf(EmptyRegionException.class);
    }

    @Test
    void arraysAreFreshFloatMatrices() {
        INDArray array = SOFT.toArray();
        assertThat(array.dataType()).isEqualTo(DataType.FLOAT);
        assertThat(array.shape()).containsExactly(3, 4);
        assertThat(Mask.of(array)).isEqualTo(SOFT).hasSameHashCodeAs(SOFT);
        array.assign(1);
        SOFT.toRows()[0][0] = 1;
        assertThat(SOFT.sum()).isEqualTo(1.75);
    }

    @Test
    void viewsFortranOrderAndOtherTypesAreRead() {
        INDArray large = Nd4j.zeros(DataType.DOUBLE, 5, 6);
        large.get(NDArrayIndex.interval(1, 4), NDArrayIndex.interval(2, 6)).assign(SOFT.toArray());
        INDArray view = large.get(NDArrayIndex.interval(1, 4), NDArrayIndex.interval(2, 6));
        assertThat(Mask.of(view)).isEqualTo(SOFT);
        assertThat(Mask.of(SOFT.toArray().dup('f'))).isEqualTo(SOFT);
        assertThat(Mask.of(SOFT.toArray().transpose()).value(2, 1)).isEqualTo(1f);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, -0.01f, 1.01f, 255f})
    void valuesOutsideZeroToOneAreRefused(float value) {
        assertThatThrownBy(() -> Mask.of(new float[][] {{0, 0}, {0, value}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Float.toString(value))
                .hasMessageContaining("row 1, column 1");
        assertThatThrownBy(() -> Mask.of(Nd4j.create(new float[][] {{0, value}})))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shapesThatAreNoMaskAreRefused() {
        assertThatThrownBy(() -> Mask.of(new float[0][0])).hasMessageContaining("no cells");
        assertThatThrownBy(() -> Mask.of(new float[][] {{}})).hasMessageContaining("no cells");
        assertThatThrownBy(() -> Mask.of(new float[][] {{0, 1}, {0}})).hasMessageContaining("Row 1");
        assertThatThrownBy(() -> Mask.of(Nd4j.zeros(DataType.FLOAT, 1, 4, 4))).hasMessageContaining("[1, 4, 4]");
        assertThatThrownBy(() -> Mask.of(Nd4j.empty(DataType.FLOAT))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SOFT.dilated(-1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> SOFT.resized(0, 4)).hasMessageContaining("4x0");
        assertThatThrownBy(() -> SOFT.value(3, 0)).hasMessageContaining("(3, 0)");
        assertThatThrownBy(() -> new Box(2, 2, 2, 3)).hasMessageContaining("holds nothing");
    }

    @Test
    void resizingKeepsConstantMasksAndTheSize() {
        Mask full = Region.full().onImage(50, 37);
        assertThat(full.resized(7, 5)).isEqualTo(Region.full().onImage(7, 5));
        assertThat(full.resized(80, 99)).isEqualTo(Region.full().onImage(80, 99));
        Mask fine = Mask.of(new float[][] {{0.001f}});
        assertThat(fine.resized(1, 1)).isEqualTo(fine);
    }

    @Test
    void resizingReducesEachAxisByItself() {
        Mask stripes = Mask.of(new float[][] {{1, 1, 0, 0, 0, 0, 0, 0}});
        // Triangle weights 1/8, 3/8, 3/8, 1/8 around each output; the first is cut at the border: (3 + 3) / (3 + 3 +
        // 1).
        assertThat(stripes.resized(1, 4).toRows())
                .isDeepEqualTo(new float[][] {{Math.round(255 * 6f / 7) / 255f, 32 / 255f, 0, 0}});
        Mask upright = Mask.of(new float[][] {{1}, {1}, {0}, {0}, {0}, {0}, {0}, {0}});
        assertThat(upright.resized(4, 1).value(1, 0)).isEqualTo(32 / 255f);
    }
}
