package io.github.rewrite4j.avatars;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.samediff.generator.training.TrainingPictures;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class BundledPixelsTest {
    @Test
    void whatIsDrawnHasTheColoursOfTheFaces() throws IOException {
        TrainingPictures faces = BundledPixels.faces();
        assertThat(faces.count()).isEqualTo(BundledPixels.COUNT);
        try (Generator generator = BundledPixels.load();
                INDArray drawn = generator.generate(generator.sample(64, 1));
                INDArray rendered = faces.first(256)) {
            assertThat(drawn.shape()).containsExactly(64, 3, 32, 32);
            // The mean face, place by place: a generator that had learnt nothing is far from it.
            double apart = drawn.mean(0).sub(rendered.mean(0)).norm1Number().doubleValue() / (3 * 32 * 32);
            assertThat(apart).isLessThan(0.12);
            // Not one face again and again.
            double spread = drawn.std(false, 0).meanNumber().doubleValue();
            assertThat(spread)
                    .isGreaterThan(0.5 * rendered.std(false, 0).meanNumber().doubleValue());
        }
    }

    @Test
    void objectsAreWornWhereTheyBelong() throws IOException {
        for (String name : BundledPixels.OBJECTS) {
            List<Exemplar> worn = BundledPixels.objects(name);
            assertThat(worn).hasSize(32);
            assertThat(worn).allSatisfy(exemplar -> {
                int middle = (exemplar.mask().boundingBox().top()
                                + exemplar.mask().boundingBox().bottom())
                        / 2;
                assertThat(middle).isBetween(name.equals("hat") ? 0 : 8, name.equals("hat") ? 13 : 20);
            });
        }
        assertThatThrownBy(() -> BundledPixels.objects("scarf")).hasMessageContaining("[glasses, hat]");
    }

    @Test
    void theDiscriminatorPrefersWhatWasRendered() throws IOException {
        try (Generator generator = BundledPixels.load();
                Tape tape = new Tape()) {
            INDArray drawn = generator.generate(generator.sample(16, 5));
            double real = mean(tape, BundledPixels.faces().first(16));
            assertThat(real).isGreaterThan(mean(tape, drawn));
        }
    }

    private static double mean(Tape tape, INDArray pictures) throws IOException {
        return BundledPixels.discriminator()
                .frozenLogits(tape, tape.constant(pictures), 4)
                .toArray()
                .meanNumber()
                .doubleValue();
    }
}
