package io.github.rewrite4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PicturesOfNumbersTest {
    private static INDArray image(float value) {
        return Nd4j.valueArrayOf(new long[] {1, 3, 2, 2}, value, DataType.FLOAT);
    }

    @Test
    void aSignedDifferenceIsGreyWhereNothingChanged() {
        assertThat(Difference.signed(image(0.1f), image(0.1f), 4).getFloat(0)).isZero();
        assertThat(Difference.signed(image(0.1f), image(0.2f), 4).getFloat(5)).isCloseTo(0.4f, within(1e-6f));
        assertThat(Difference.signed(image(0.2f), image(0.1f), 4).getFloat(5)).isCloseTo(-0.4f, within(1e-6f));
        assertThat(Difference.signed(image(-1f), image(1f), 4).getFloat(5)).isEqualTo(1f);
    }

    @Test
    void anAbsoluteDifferenceIsBlackWhereNothingChanged() {
        assertThat(Difference.absolute(image(0.1f), image(0.1f), 4).getFloat(0)).isEqualTo(-1f);
        assertThat(Difference.absolute(image(0.2f), image(0.1f), 4).getFloat(5)).isCloseTo(-0.6f, within(1e-6f));
        assertThat(Difference.absolute(image(1f), image(-1f), 4).getFloat(5)).isEqualTo(1f);
    }

    @Test
    void differencesLeaveTheirArgumentsAlone() {
        INDArray before = image(0.5f);
        INDArray after = image(-0.5f);
        Difference.signed(before, after, 2);
        assertThat(before).isEqualTo(image(0.5f));
        assertThat(after).isEqualTo(image(-0.5f));
    }

    @Test
    void unequalShapesAndBadGainsAreRefused() {
        INDArray wide = Nd4j.zeros(DataType.FLOAT, 1, 3, 2, 4);
        assertThatThrownBy(() -> Difference.signed(image(0), wide, 1))
                .hasMessageContaining("[1, 3, 2, 2]")
                .hasMessageContaining("[1, 3, 2, 4]");
        assertThatThrownBy(() -> Difference.absolute(image(0), image(0), 0)).hasMessageContaining("gain is 0.0");
        assertThatThrownBy(() -> Difference.absolute(image(0), image(0), Double.NaN))
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> Difference.absolute(image(0), image(Float.NaN), 1))
                .hasMessageContaining("after");
    }

    @Test
    void lightnessRisesEvenlyWithTheNumber() {
        double last = lightness(0);
        for (int i = 1; i <= 64; i++) {
            double next = lightness(i / 64.0);
            assertThat(next - last).isBetween(0.5, 2.5);
            last = next;
        }
    }

    /** CIE L*, 0 to 100. */
    private static double lightness(double number) {
        double[] weights = {0.2126, 0.7152, 0.0722};
        double luminance = 0;
        for (int c = 0; c < 3; c++) {
            double v = (ColourMap.channel(number, c) + 1) / 2;
            luminance += weights[c] * (v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4));
        }
        return 116 * Math.cbrt(luminance) - 16;
    }

    @Test
    void mapsAreColouredWithinTheirRange() {
        INDArray map = Nd4j.create(new float[][] {{-5, 0}, {2, 9}});
        INDArray colours = HeatMap.range(0, 2).colours(map);
        assertThat(colours.shape()).containsExactly(1, 3, 2, 2);
        for (int c = 0; c < 3; c++) {
            assertThat(colours.getFloat(0, c, 0, 0)).isEqualTo((float) ColourMap.channel(0, c));
            assertThat(colours.getFloat(0, c, 0, 1)).isEqualTo((float) ColourMap.channel(0, c));
            assertThat(colours.getFloat(0, c, 1, 0)).isEqualTo((float) ColourMap.channel(1, c));
            assertThat(colours.getFloat(0, c, 1, 1)).isEqualTo((float) ColourMap.channel(1, c));
        }
    }

    @Test
    void mapsAreBlendedOverTheirPicturesCellByCell() {
        INDArray map = Nd4j.create(new float[][] {{0, 1}});
        INDArray picture = Nd4j.valueArrayOf(new long[] {3, 4, 6}, 3f, DataType.FLOAT);
        INDArray over = HeatMap.range(0, 1).withOpacity(0.25).over(map, picture);
        assertThat(over.shape()).containsExactly(1, 3, 4, 6);
        assertThat(over.getFloat(0, 1, 3, 2)).isCloseTo((float) (0.75 + 0.25 * ColourMap.channel(0, 1)), within(1e-6f));
        assertThat(over.getFloat(0, 1, 3, 3)).isCloseTo((float) (0.75 + 0.25 * ColourMap.channel(1, 1)), within(1e-6f));
    }

    @Test
    void theRangeCanComeFromTheMaps() {
        assertThat(HeatMap.rangeOf(Nd4j.create(new float[][] {{-3, 8}}))).isEqualTo(HeatMap.range(-3, 8));
        assertThat(HeatMap.rangeOf(Nd4j.create(new float[][] {{5, 5}}))).isEqualTo(HeatMap.range(5, 6));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY, 0, -1})
    void impossibleRangesAndOpacitiesAreRefused(double bad) {
        assertThatThrownBy(() -> HeatMap.range(0, bad)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HeatMap.range(0, 1).withOpacity(bad)).hasMessageContaining("opacity");
    }

    @Test
    void mapsThatCannotBeColouredAreRefused() {
        HeatMap heat = HeatMap.range(0, 1);
        assertThatThrownBy(() -> heat.colours(Nd4j.create(new float[][] {{0, Float.NaN}})))
                .hasMessageContaining("column 1");
        assertThatThrownBy(() -> heat.colours(Nd4j.zeros(DataType.FLOAT, 1, 1, 2, 2)))
                .hasMessageContaining("[1, 1, 2, 2]");
        assertThatThrownBy(() -> heat.over(Nd4j.zeros(DataType.FLOAT, 2, 2, 2), image(0)))
                .hasMessageContaining("2 maps and 1 pictures");
        assertThatThrownBy(() -> HeatMap.rangeOf(Nd4j.empty(DataType.FLOAT)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
