package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Short trainings by objectives that are no transforms of pictures, judged on samples that they did not see. */
class TrainedObjectivesTest {
    private static final TinyEyes EYES = new TinyEyes(1);
    private static final int SAMPLES = 6;
    private static Generator avatars = Avatars.load();

    @BeforeAll
    static void useOneThread() {
        ComputeThreads.use(1);
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    /** Pictures of a dark, blue world. */
    private static INDArray blue() {
        INDArray pictures = avatars.generate(avatars.sample(8, 91)).muli(0.4);
        for (int i = 0; i < 8; i++) {
            pictures.slice(i).slice(0).subi(0.6);
            pictures.slice(i).slice(1).subi(0.4);
        }
        return pictures;
    }

    /** An error on fresh samples in the domain, relative to what it is on their base. */
    private static double learnt(
            AdaptationObjective objective, double weight, ToDoubleBiFunction<ExpandedGenerator, INDArray> error) {
        DomainExpansion training = Quick.expansion(objective)
                .weight(weight)
                .directions(DirectionChoice.of(Quick.principal(LatentNetwork.of(avatars)), 63))
                .iterations(30)
                .reportEvery(30)
                .learningRates(0.003, 0.05);
        try (ExpandedGenerator expanded = training.train(avatars)) {
            INDArray base = Quick.drawn(expanded, null, SAMPLES);
            double before = error.applyAsDouble(expanded, base);
            assertThat(Quick.PSNR.mean(base, atBase(avatars, expanded)))
                    .as("the base")
                    .isGreaterThan(19);
            return error.applyAsDouble(expanded, Quick.drawn(expanded, objective.name(), SAMPLES)) / before;
        }
    }

    /** What a generator draws of the samples that errors are measured on, projected onto the base. */
    private static INDArray atBase(Generator generator, ExpandedGenerator expanded) {
        return Quick.base(LatentNetwork.of(generator), expanded.subspaces(), SAMPLES);
    }

    /** Distance of the mean embedding from that of pictures. */
    private static double apart(INDArray pictures, INDArray from) {
        double[] a = HandMade.seen(pictures, EYES::embedding);
        double[] b = HandMade.seen(from, EYES::embedding);
        double squares = 0;
        for (int i = 0; i < TinyEyes.EMBEDDING; i++) {
            double difference = 0;
            for (int n = 0; n < a.length; n += TinyEyes.EMBEDDING) {
                difference += a[n + i] * TinyEyes.EMBEDDING / a.length;
            }
            for (int n = 0; n < b.length; n += TinyEyes.EMBEDDING) {
                difference -= b[n + i] * TinyEyes.EMBEDDING / b.length;
            }
            squares += difference * difference;
        }
        return Math.sqrt(squares);
    }

    @Test
    void aDirectionTowardsPicturesMovesImagesTheirWay() {
        INDArray wanted = blue();
        AdaptationObjective towards = DirectionalEmbedding.along(
                "blue", EmbeddingDirection.between(EYES, avatars.generate(avatars.sample(8, 92)), wanted));
        assertThat(learnt(towards, 1, (expanded, images) -> apart(images, wanted)))
                .isLessThan(0.8);
    }

    @Test
    void aStyleIsTakenOverFromReferences() {
        INDArray wanted = blue();
        AdaptationObjective style = StyleStatistics.of("blue", EYES, wanted);
        assertThat(learnt(style, 0.1, (expanded, images) -> new HandMade(images, images, images, images, List.of())
                        .value(style)))
                .isLessThan(0.8);
    }

    @Test
    void aRewrittenGeneratorTeachesADomain() {
        try (Generator teacher = avatars.with(Avatars.patch(avatars, "layer5", 3), 20)) {
            AdaptationObjective taught = TaughtByGenerator.of("patched", teacher);
            double left = learnt(taught, 1, (expanded, images) -> Quick.l1(images, atBase(teacher, expanded)));
            assertThat(left).isLessThan(0.8);
        }
    }
}
