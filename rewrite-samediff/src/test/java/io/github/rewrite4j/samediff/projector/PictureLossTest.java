package io.github.rewrite4j.samediff.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.samediff.Avatars;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class PictureLossTest {
    private static final INDArray PICTURE = Avatars.random(1, 2, 3, 32, 32).muli(0.2);

    @Test
    void anotherColourIsNoLostStructure() {
        INDArray tinted = PICTURE.mul(0.5);
        tinted.get(NDArrayIndex.all(), NDArrayIndex.point(1)).addi(0.3);
        List<PictureLoss> losses = PictureLoss.between(tinted, PICTURE);
        assertThat(losses).hasSize(2).allSatisfy(loss -> {
            assertThat(loss.structure()).isCloseTo(0, within(1e-5));
            assertThat(loss.colour()).isBetween(0.15, 0.25);
        });
        double[] expected = {0, 0};
        for (int n = 0; n < 2; n++) {
            expected[n] = tinted.slice(n).sub(PICTURE.slice(n)).norm1Number().doubleValue() / (3 * 32 * 32);
            assertThat(losses.get(n).colour()).isCloseTo(expected[n], within(1e-5));
        }
    }

    @Test
    void lostStructureIsNoOtherColour() {
        INDArray flat = Nd4j.zeros(1, 3, 32, 32);
        for (int c = 0; c < 3; c++) {
            flat.slice(0).slice(c).assign(PICTURE.slice(0).slice(c).meanNumber());
        }
        PictureLoss loss = PictureLoss.between(flat, PICTURE.slice(0).reshape(1, 3, 32, 32))
                .get(0);
        assertThat(loss.colour()).isCloseTo(0, within(1e-6));
        assertThat(loss.structure()).isGreaterThan(0.9);
    }

    @Test
    void whatIsDrawnAsItWasLostNothing() {
        assertThat(PictureLoss.between(PICTURE, PICTURE)).allSatisfy(loss -> {
            assertThat(loss.colour()).isCloseTo(0, within(1e-6));
            assertThat(loss.structure()).isCloseTo(0, within(1e-6));
        });
    }
}
