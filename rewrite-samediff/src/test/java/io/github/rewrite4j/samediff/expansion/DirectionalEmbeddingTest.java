package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.perception.UnitEmbedding;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DirectionalEmbeddingTest {
    private static final TinyEyes EYES = new TinyEyes(1);
    private static final TinyEyes OTHER = new TinyEyes(2);
    private static final double[] VECTOR = {1, -2, 0.5, 0, 3, -1};
    private static final HandMade BATCH = HandMade.random(3, 16);

    private static double[] mean(INDArray pictures) {
        double[] rows = HandMade.seen(pictures, EYES::embedding);
        double[] mean = new double[TinyEyes.EMBEDDING];
        for (int i = 0; i < rows.length; i++) {
            mean[i % mean.length] += rows[i] / pictures.size(0);
        }
        return mean;
    }

    private static double[] unit(double[] vector) {
        double length = Math.sqrt(Arrays.stream(vector).map(v -> v * v).sum());
        return Arrays.stream(vector).map(v -> v / length).toArray();
    }

    private static double[] difference(double[] a, double[] b) {
        double[] result = a.clone();
        Arrays.setAll(result, i -> a[i] - b[i]);
        return result;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** 1 - mean cosine, in plain Java. */
    private static double expected(TinyEyes eyes, INDArray edit, INDArray reference, double[] direction) {
        double[] to = HandMade.seen(edit, eyes::embedding);
        double[] from = HandMade.seen(reference, eyes::embedding);
        double cosines = 0;
        int d = TinyEyes.EMBEDDING;
        int n = to.length / d;
        for (int s = 0; s < n; s++) {
            double[] moved = difference(
                    Arrays.copyOfRange(to, s * d, (s + 1) * d), Arrays.copyOfRange(from, s * d, (s + 1) * d));
            cosines += dot(unit(moved), unit(direction)) / n;
        }
        return 1 - cosines;
    }

    @Test
    void theLossIsOneMinusTheCosineToTheDirectionFromTheOwnBaseImage() {
        DirectionalEmbedding night = DirectionalEmbedding.along("night", EmbeddingDirection.of(EYES, VECTOR));
        assertThat(BATCH.value(night))
                .isCloseTo(expected(EYES, BATCH.edit(), BATCH.base(), VECTOR), Offset.offset(1e-4));
        assertThat(BATCH.value(night.againstSource()))
                .isCloseTo(expected(EYES, BATCH.edit(), BATCH.source(), VECTOR), Offset.offset(1e-4));
        BATCH.requireSlope(night, 0.02);
    }

    @Test
    void severalNetworksAddUpWithTheirWeights() {
        DirectionalEmbedding both = DirectionalEmbedding.along("night", EmbeddingDirection.of(EYES, VECTOR))
                .and(EmbeddingDirection.of(OTHER, 0, 1, 0, 0, 0, 0), 0.5);
        double[] second = {0, 1, 0, 0, 0, 0};
        assertThat(BATCH.value(both))
                .isCloseTo(
                        expected(EYES, BATCH.edit(), BATCH.base(), VECTOR)
                                + 0.5 * expected(OTHER, BATCH.edit(), BATCH.base(), second),
                        Offset.offset(1e-4));
        BATCH.requireSlope(both, 0.02);
        assertThat(both.recipe()).containsEntry("reference", "base").containsKeys("direction0", "direction1");
    }

    @Test
    void equalImagesHaveTheLossOneAndAFiniteGradientThatPointsTheWay() {
        HandMade equal = BATCH.withEdit(BATCH.base());
        DirectionalEmbedding night = DirectionalEmbedding.along("night", EmbeddingDirection.of(EYES, VECTOR));
        assertThat(equal.value(night)).isEqualTo(1);
        float[] gradient = equal.gradient(night);
        double square = 0;
        for (float g : gradient) {
            assertThat(Float.isFinite(g)).isTrue();
            square += (double) g * g;
        }
        assertThat(square).isPositive();
        INDArray step =
                Nd4j.createFromArray(gradient).reshape(equal.edit().shape()).muli(-0.05 / Math.sqrt(square));
        assertThat(equal.withEdit(equal.edit().add(step)).value(night)).isLessThan(0.9);
    }

    @Test
    void noGradientFlowsIntoTheReference() {
        try (Tape tape = new Tape()) {
            var base =
                    tape.variable(Avatars.random(3, 2, 3, 16, 16).dup().data().asFloat(), 2, 3, 16, 16);
            var edit =
                    tape.variable(Avatars.random(2, 2, 3, 16, 16).dup().data().asFloat(), 2, 3, 16, 16);
            tape.backward(EmbeddingDirection.of(EYES, VECTOR).loss(tape, edit, base));
            assertThat(base.gradient()).containsOnly(0);
            assertThat(edit.gradient()).doesNotContain(Float.NaN);
        }
    }

    @Test
    void aDirectionBetweenSetsOfPicturesIsTheDifferenceOfTheirMeans() {
        INDArray sources = Avatars.random(8, 20, 3, 16, 16);
        INDArray targets = Avatars.random(9, 3, 3, 16, 16).addi(0.5);
        assertThat(EmbeddingDirection.between(EYES, sources, targets).direction())
                .containsExactly(unit(difference(mean(targets), mean(sources))), Offset.offset(1e-5));
    }

    @Test
    void aDirectionTowardsPicturesStartsFromWhatTheGeneratorDraws() {
        try (Generator avatars = Avatars.load()) {
            INDArray targets = Avatars.random(9, 2, 3, 64, 64);
            INDArray drawn = avatars.generate(avatars.sample(4, 3));
            assertThat(EmbeddingDirection.towards(EYES, avatars, targets, 4, 3).direction())
                    .containsExactly(unit(difference(mean(targets), mean(drawn))), Offset.offset(1e-5));
        }
    }

    @Test
    void textsAreAveragedOverTemplatesAtLengthOneAndPicturesAreTakenAtLengthOneToo() {
        double[][] sources = {{2, 0, 0, 0, 0, 0}, {0, 5, 0, 0, 0, 0}};
        double[][] targets = {{0, 0, 3, 0, 0, 0}, {0, 0, 0, 0.1, 0, 0}};
        EmbeddingDirection direction = EmbeddingDirection.ofTexts(EYES, sources, targets);
        assertThat(direction.direction())
                .containsExactly(new double[] {-0.5, -0.5, 0.5, 0.5, 0, 0}, Offset.offset(1e-9));
        assertThat(direction.network()).isInstanceOf(UnitEmbedding.class);
        double[] rows = HandMade.seen(BATCH.edit(), direction.network()::embedding);
        assertThat(dot(rows, rows)).isCloseTo(3, Offset.offset(1e-4));
        BATCH.requireSlope(DirectionalEmbedding.along("text", direction), 0.02);
    }

    @Test
    void directionsThatSayNothingAreRefused() {
        INDArray pictures = Avatars.random(8, 2, 3, 16, 16);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingDirection.of(EYES, 0, 0, 0))
                .withMessageContaining("length 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingDirection.of(EYES, 1, Double.NaN))
                .withMessageContaining("finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingDirection.between(EYES, pictures, pictures))
                .withMessageContaining("Are both sides the same");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingDirection.between(EYES, pictures, Nd4j.zeros(3, 16, 16)))
                .withMessageContaining("target pictures have the shape [3, 16, 16]");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> EmbeddingDirection.between(EYES, pictures.dup().putScalar(7, Float.NaN), pictures))
                .withMessageContaining("finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingDirection.ofTexts(EYES, new double[0][], new double[][] {{1}}))
                .withMessageContaining("no vector of the source text");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EmbeddingDirection.ofTexts(EYES, new double[][] {{1, 0}}, new double[][] {{1}}))
                .withMessageContaining("from one network");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DirectionalEmbedding.along("x", EmbeddingDirection.of(EYES, 1))
                        .and(EmbeddingDirection.of(EYES, 1), 0))
                .withMessageContaining("must be positive");
    }

    @Test
    void aDirectionOfAnotherNetworkIsNoticed() {
        DirectionalEmbedding wrong = DirectionalEmbedding.along("x", EmbeddingDirection.of(EYES, 1, 2));
        assertThatExceptionOfType(RewriteException.class)
                .isThrownBy(() -> BATCH.value(wrong))
                .withMessageContaining("has 2 numbers, but tiny eyes 1 makes embeddings of 6");
    }
}
