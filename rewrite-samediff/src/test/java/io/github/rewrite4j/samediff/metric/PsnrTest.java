package io.github.rewrite4j.samediff.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.samediff.GoldenFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PsnrTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;

    @ParameterizedTest
    @CsvSource({
        "noise0.05, 25.93120974991379",
        "shift1, 26.14172234579764",
        "contrast, 25.849298930727898",
        "independent, 14.251407748808013",
        "gray_blur, 29.1208756186241"
    })
    void agreesWithScikitImage(String name, double expected) {
        GoldenFile golden = GoldenFile.open("ssim");
        INDArray a = Nd4j.expandDims(golden.array(name + ".a"), 0).permute(0, 3, 1, 2);
        INDArray b = Nd4j.expandDims(golden.array(name + ".b"), 0).permute(0, 3, 1, 2);
        assertThat(Psnr.forRange(ImageRange.UNIT).mean(a, b)).isCloseTo(expected, within(1e-5));
        assertThat(Psnr.forRange(ImageRange.SYMMETRIC)
                        .mean(a.mul(2).sub(1), b.mul(2).sub(1)))
                .isCloseTo(expected, within(1e-4));
    }

    @Test
    void isInfiniteForEqualPictures() {
        INDArray a = Nd4j.rand(DataType.FLOAT, 1, 3, 4, 4);
        assertThat(Psnr.forRange(ImageRange.UNIT).perImage(a, a)).containsExactly(INFINITY);
        assertThat(Psnr.forRange(ImageRange.UNIT).mean(a, a)).isEqualTo(INFINITY);
    }

    @Test
    void averagesDecibelsOfPicturesAndNotTheirErrors() {
        INDArray a = Nd4j.zeros(DataType.DOUBLE, 2, 1, 2, 2);
        INDArray b = a.dup();
        b.slice(0).assign(0.1f);
        b.slice(1).assign(0.001f);
        assertThat(Psnr.forRange(ImageRange.UNIT).mean(a, b)).isCloseTo((20 + 60) / 2.0, within(1e-4));
    }

    @Test
    void leavesEqualPairsOutOfTheMean() {
        assertThat(Psnr.meanOf(new double[] {30, INFINITY, 40})).isEqualTo(35);
        assertThat(Psnr.meanOf(new double[] {INFINITY, INFINITY})).isEqualTo(INFINITY);
        assertThatIllegalArgumentException().isThrownBy(() -> Psnr.meanOf(new double[] {1, Double.NaN}));
        assertThatIllegalArgumentException().isThrownBy(() -> Psnr.meanOf(new double[0]));
    }

    @Test
    void looksAtOneSideOfTheMaskOnly() {
        INDArray a = Nd4j.zeros(DataType.FLOAT, 1, 2, 12, 12);
        INDArray b = a.dup();
        INDArray mask = Nd4j.zeros(DataType.FLOAT, 12, 12);
        mask.putScalar(0, 0, 1);
        b.putScalar(new int[] {0, 0, 0, 0}, 0.2f);
        Psnr psnr = Psnr.forRange(ImageRange.SYMMETRIC);

        assertThat(psnr.perImage(a, b, mask, MaskSide.OUTSIDE)).containsExactly(INFINITY);
        double expected = 10 * Math.log10(4 / (0.04 / 2));
        assertThat(psnr.perImage(a, b, mask, MaskSide.INSIDE)[0]).isCloseTo(expected, within(1e-5));
    }
}
