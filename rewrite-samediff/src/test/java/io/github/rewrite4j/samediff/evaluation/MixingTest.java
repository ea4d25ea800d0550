package io.github.rewrite4j.samediff.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.evaluation.ObjectiveErrors.Judged;
import io.github.rewrite4j.samediff.expansion.ImageTransform;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class MixingTest {
    private static ImageTransform affine(String name, float factor, float offset) {
        return ImageTransform.of(name, (picture, height, width) -> {
            float[] result = picture.clone();
            for (int i = 0; i < result.length; i++) {
                result[i] = factor * picture[i] + offset;
            }
            return result;
        });
    }

    @Test
    void whatIsLeftIsTheDistanceFromBothAtOnceByThatWithoutTheOne() {
        INDArray source = Avatars.random(3, 2, 3, 4, 4).muli(0.5);
        INDArray half = source.mul(0.5);
        INDArray raised = source.add(1);
        INDArray both = source.mul(0.5).addi(1);
        Judged judged = new Judged(List.of(new double[2], new double[2]), List.of(), source);
        try (ObjectiveErrors errors = new ObjectiveErrors(1)) {
            Composition measured = new Mixing(affine("half", 0.5f, 0), affine("raised", 1, 1), errors, 1)
                    .measured("by hand", (samplesOf, a, b) -> {
                        INDArray images = a == 1 && b == 1 ? both.add(0.1) : a == 1 ? half : raised;
                        return new Mixing.Drawn(judged, images);
                    });
            double withoutFirst = both.sub(raised).norm1Number().doubleValue() / both.length();
            assertThat(measured.firstLeft().orElseThrow()).isCloseTo(0.1 / withoutFirst, within(1e-5));
            assertThat(measured.secondLeft().orElseThrow()).isCloseTo(0.1, within(1e-5));
        }
    }
}
