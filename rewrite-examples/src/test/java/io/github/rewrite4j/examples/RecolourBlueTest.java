package io.github.rewrite4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.avatars.AvatarPictures;
import io.github.rewrite4j.examples.models.EsrganSlim;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RecolourBlueTest {
    /** Blue hair on other pictures than the one the rule was shown on. */
    private static final int[] UNSEEN = {6, 8, 23, 24, 34};

    @Test
    void blueBecomesRedOnPicturesThatWereNeverEdited() throws IOException {
        AvatarPictures pictures = AvatarPictures.load();
        try (Generator enlarger = EsrganSlim.load(pictures.sampler(EsrganSlim.INPUT))) {
            Rewrite rewrite = RecolourBlue.rewrite(enlarger, pictures.picture(RecolourBlue.EXAMPLE));
            assertThat(rewrite.patch().deltas().get(0).rank()).isEqualTo(3);
            assertThat(rewrite.report().constraintResidual()).isLessThan(0.7);
            try (Generator rewritten = enlarger.with(rewrite.patch())) {
                double[] blue = new double[2];
                double[] other = new double[2];
                for (int number : UNSEEN) {
                    INDArray picture = pictures.picture(number);
                    Inputs inputs = Inputs.of(EsrganSlim.INPUT, Nd4j.expandDims(picture, 0));
                    INDArray change = rewritten.generate(inputs).sub(enlarger.generate(inputs));
                    float[][] mask = RecolourBlue.blue(picture);
                    for (int y = 0; y < 128; y++) {
                        for (int x = 0; x < 128; x++) {
                            double[] sums = mask[y / 2][x / 2] > 0 ? blue : other;
                            sums[0] += change.getDouble(0, 0, y, x) - change.getDouble(0, 2, y, x);
                            sums[1]++;
                        }
                    }
                }
                assertThat(blue[0] / blue[1])
                        .as("red gained and blue lost where it was blue")
                        .isGreaterThan(1.0);
                assertThat(other[0] / other[1]).as("the same elsewhere").isBetween(-0.15, 0.15);
            }
        }
    }
}
