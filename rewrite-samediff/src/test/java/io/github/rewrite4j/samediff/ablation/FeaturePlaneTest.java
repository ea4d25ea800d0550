package io.github.rewrite4j.samediff.ablation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FeaturePlaneTest {
    /** Far along one direction, near along another, hardly at all along the third. */
    private static INDArray vectors(double shift) {
        Random random = new Random(1);
        float[][] rows = new float[400][3];
        for (float[] row : rows) {
            double far = 3 * random.nextGaussian() + shift;
            row[0] = (float) (far * 0.8 + 0.01 * random.nextGaussian());
            row[1] = (float) (far * 0.6);
            row[2] = (float) random.nextGaussian();
        }
        return Nd4j.createFromArray(rows);
    }

    private static double centre(INDArray picture, int channel) {
        double sum = 0;
        double weights = 0;
        for (int y = 0; y < 96; y++) {
            for (int x = 0; x < 96; x++) {
                double dark = 1 - picture.getDouble(0, channel, y, x);
                sum += dark * x;
                weights += dark;
            }
        }
        return sum / weights;
    }

    @Test
    void whatLiesElsewhereIsSeenElsewhere() {
        FeaturePlane plane = new FeaturePlane(vectors(0));
        INDArray same = plane.with(vectors(0));
        assertThat(centre(same, 2)).isCloseTo(centre(same, 0), org.assertj.core.data.Offset.offset(0.01));
        // Two deviations along the first direction, of three that are half a side.
        INDArray moved = plane.with(vectors(6));
        assertThat(Math.abs(centre(moved, 2) - centre(moved, 0))).isBetween(22.0, 36.0);
    }
}
