package io.github.rewrite4j.samediff.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class MaskedL1Test {
    private static final MaskedL1 L1 = MaskedL1.forRange(ImageRange.SYMMETRIC);

    private final INDArray black = Nd4j.zeros(DataType.FLOAT, 1, 1, 17, 19).subi(1);
    private final INDArray mask = Nd4j.zeros(DataType.FLOAT, 17, 19);

    @Test
    void leavesAMarginOfFourPixelsBetweenTheSides() {
        int maskY = 7;
        int maskX = 9;
        mask.putScalar(maskY, maskX, 1);
        for (int y = 0; y < 17; y++) {
            for (int x = 0; x < 19; x++) {
                INDArray changed = black.dup().putScalar(new int[] {0, 0, y, x}, 1);
                int distance = Math.max(Math.abs(y - maskY), Math.abs(x - maskX));
                assertThat(L1.mean(black, changed, mask, MaskSide.INSIDE)).isEqualTo(distance == 0 ? 2 : 0);
                assertThat(L1.mean(black, changed, mask, MaskSide.OUTSIDE))
                        .isCloseTo(distance > 4 ? 2.0 / (17 * 19 - 81) : 0, within(1e-12));
            }
        }
    }

    @Test
    void keepsTheMarginWithinTheRowsOfThePicture() {
        mask.putScalar(0, 18, 1);
        INDArray changed = black.dup().putScalar(new int[] {0, 0, 1, 0}, 1);
        assertThat(L1.mean(black, changed, mask, MaskSide.OUTSIDE)).isCloseTo(2.0 / (17 * 19 - 25), within(1e-12));
    }

    @Test
    void takesOneMaskForEachPicture() {
        INDArray a = Nd4j.concat(0, black, black);
        INDArray b = a.dup();
        b.putScalar(new int[] {0, 0, 2, 2}, 0);
        b.putScalar(new int[] {1, 0, 3, 3}, 0.5f);
        INDArray masks = Nd4j.zeros(DataType.FLOAT, 2, 17, 19);
        masks.putScalar(new int[] {0, 2, 2}, 0.5f);
        masks.putScalar(new int[] {1, 3, 3}, 1);
        assertThat(L1.perImage(a, b, masks, MaskSide.INSIDE)).containsExactly(1, 1.5);
    }

    @Test
    void refusesMasksThatDoNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> L1.mean(black, black, mask, MaskSide.INSIDE))
                .withMessageContaining("mask selects no pixel");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> L1.mean(black, black, Nd4j.ones(DataType.FLOAT, 17, 19), MaskSide.OUTSIDE))
                .withMessageContaining("smaller mask");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> L1.mean(black, black, Nd4j.ones(DataType.FLOAT, 19, 17), MaskSide.INSIDE))
                .withMessageContainingAll("mask has shape [19, 17]", "[17, 19] or [1, 17, 19]");
        mask.putScalar(4, 4, Float.NaN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> L1.mean(black, black, mask, MaskSide.INSIDE))
                .withMessageContaining("NaN");
    }
}
