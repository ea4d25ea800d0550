package io.github.rewrite4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.avatars.RealAvatars;
import io.github.rewrite4j.avatars.attribute.AttributeNetwork;
import io.github.rewrite4j.avatars.attribute.AttributeScores;
import io.github.rewrite4j.avatars.attribute.AttributeTraining;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.metric.MaskSide;
import io.github.rewrite4j.samediff.metric.PerceptualDistance;
import io.github.rewrite4j.samediff.perception.EmbeddingDistance;
import io.github.rewrite4j.samediff.perception.PerceptualLoss;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BundledNetworksTest {
    private static final List<AttributeNetwork> BOTH = new ArrayList<>();

    @BeforeAll
    static void load() throws IOException {
        ComputeThreads.use(1);
        BOTH.add(BundledNetworks.training());
        BOTH.add(BundledNetworks.evaluation());
    }

    @Test
    void theyAreTwoNetworksUnderTheirOwnNames() {
        assertThat(BOTH.get(0).name()).isEqualTo("attribute network A");
        assertThat(BOTH.get(1).name()).isEqualTo("attribute network B");
        assertThat(BOTH.get(0).architecture()).isNotEqualTo(BOTH.get(1).architecture());
        assertThat(BOTH.get(0).notes().get("seed"))
                .isNotEqualTo(BOTH.get(1).notes().get("seed"));
    }

    @Test
    void theirFilesSayHowTheyWereMadeAndHowWellTheySee() throws IOException {
        assertThat(BOTH.get(0).architecture())
                .isEqualTo(TrainAttributeNetworks.training().architecture());
        assertThat(BOTH.get(1).architecture())
                .isEqualTo(TrainAttributeNetworks.evaluation().architecture());
        for (AttributeNetwork network : BOTH) {
            assertThat(network.notes()).containsKeys("recipe", "seed", "trainedOn");
            AttributeScores scores = network.scores().orElseThrow();
            assertThat(scores.pictures()).isEqualTo(256);
            assertThat(scores.accuracy().values()).allMatch(share -> share > 0.7);
            assertThat(scores.colourError().values()).allMatch(error -> error < 20);
        }
    }

    @Test
    void heldOutPicturesAreNamedAsTheFileSays() throws IOException {
        RealAvatars avatars = RealAvatars.load();
        int from = avatars.count() - 64;
        INDArray pictures = avatars.images(from, avatars.count());
        for (AttributeNetwork network : BOTH) {
            int right = 0;
            for (int i = 0; i < 64; i++) {
                String seen = network.attributes(pictures.slice(i).reshape(1, 3, 64, 64))
                        .get(0)
                        .guesses()
                        .get("hair")
                        .value();
                right += avatars.attribute(from + i, "hair").orElseThrow().equals(seen) ? 1 : 0;
            }
            assertThat(right / 64.0)
                    .isCloseTo(network.scores().orElseThrow().accuracy().get("hair"), Offset.offset(0.12));
        }
    }

    /** Ten people, their masks, and the same people changed more and more. */
    @Test
    void perceptualDistancesRankChangesAsPeopleDo() throws IOException {
        List<Exemplar> exemplars = Accessories.bundled().named("sunglasses").subList(0, 10);
        INDArray plain = stack(exemplars, false);
        INDArray worn = stack(exemplars, true);
        INDArray noisy = plain.add(noise(plain.shape()).muli(0.02));
        INDArray others = Nd4j.concat(0, range(plain, 1, 10), range(plain, 0, 1));
        float[][][] masks = new float[10][64][64];
        for (int i = 0; i < 10; i++) {
            for (int p = 0; p < 64 * 64; p++) {
                masks[i][p / 64][p % 64] = exemplars.get(i).mask().value(p / 64, p % 64);
            }
        }
        INDArray mask = Nd4j.create(flat(masks), new long[] {10, 64, 64}, 'c');
        for (AttributeNetwork network : BOTH) {
            PerceptualDistance distance = PerceptualDistance.unweighted(network);
            assertThat(distance.name()).isEqualTo(network.name());
            double none = distance.mean(plain, plain, mask, MaskSide.INSIDE);
            double noise = distance.mean(plain, noisy, mask, MaskSide.INSIDE);
            double glasses = distance.mean(plain, worn, mask, MaskSide.INSIDE);
            assertThat(none).isZero();
            assertThat(noise).isPositive().isLessThan(glasses / 3);
            double anyGlasses = distance.mean(plain, worn);
            double otherPerson = distance.mean(plain, others);
            assertThat(distance.mean(plain, noisy)).isLessThan(anyGlasses);
            assertThat(anyGlasses).isLessThan(otherPerson);
            assertThat(distance.mean(plain, worn, mask, MaskSide.OUTSIDE)).isLessThan(glasses / 2);
        }
    }

    @Test
    void theLossOnTheTapeIsTheDistanceOfTheMetric() throws IOException {
        List<Exemplar> exemplars = Accessories.bundled().named("cap").subList(0, 3);
        INDArray a = stack(exemplars, false);
        INDArray b = stack(exemplars, true);
        for (AttributeNetwork network : BOTH) {
            try (Tape tape = new Tape()) {
                Node loss = new PerceptualLoss(network).between(tape, tape.constant(a), tape.constant(b));
                double expected = PerceptualDistance.unweighted(network).mean(a, b);
                assertThat((double) loss.scalar()).isCloseTo(expected, Offset.offset(1e-4 * expected));
            }
        }
    }

    @Test
    void generatedAvatarsLieNearDrawnOnesAndNoiseFarAway() throws IOException {
        RealAvatars avatars = RealAvatars.load();
        INDArray drawn = avatars.images(0, 320);
        INDArray alsoDrawn = avatars.images(320, 640);
        AttributeNetwork network = BOTH.get(1);
        try (Generator generator = BundledGenerator.load()) {
            INDArray generated = generator.generate(generator.sample(320, 5));
            double near = EmbeddingDistance.between(network, drawn, generated).value();
            double nearest =
                    EmbeddingDistance.between(network, drawn, alsoDrawn).value();
            double far = EmbeddingDistance.between(
                            network, drawn, drawn.add(noise(drawn.shape()).muli(0.5)))
                    .value();
            assertThat(nearest).isLessThan(near);
            assertThat(near).isLessThan(far / 2);
        }
    }

    @Test
    void theDiscriminatorPrefersDrawnAvatars() throws IOException {
        INDArray drawn = RealAvatars.load().images(0, 16);
        try (Generator generator = BundledGenerator.load();
                Tape tape = new Tape()) {
            INDArray generated = generator.generate(generator.sample(16, 3));
            double real = mean(BundledNetworks.discriminator().frozenLogits(tape, tape.constant(drawn), 4));
            double fake = mean(BundledNetworks.discriminator().frozenLogits(tape, tape.constant(generated), 4));
            assertThat(real).isGreaterThan(fake);
        }
    }

    @Test
    void theRecipeRunsAndLearns() throws IOException {
        List<Double> losses = new ArrayList<>();
        RewriteListener listener = progress -> {
            losses.add(progress.loss());
            return true;
        };
        AttributeNetwork network = new AttributeTraining(
                        TrainAttributeNetworks.training().withSteps(24).withBatch(8))
                .train(RealAvatars.load(), listener);
        assertThat(mean(losses.subList(16, 24))).isLessThan(mean(losses.subList(0, 8)));
        assertThat(network.scores().orElseThrow().colourError().get("background"))
                .isLessThan(128);
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(value -> value).average().orElseThrow();
    }

    private static double mean(Node node) {
        double sum = 0;
        for (float value : node.value()) {
            sum += value;
        }
        return sum / node.length();
    }

    private static INDArray stack(List<Exemplar> exemplars, boolean worn) {
        INDArray[] pictures = exemplars.stream()
                .map(exemplar -> worn ? exemplar.with() : exemplar.without().orElseThrow())
                .toArray(INDArray[]::new);
        return Nd4j.stack(0, pictures);
    }

    private static INDArray range(INDArray images, int from, int to) {
        INDArray[] pictures = new INDArray[to - from];
        for (int i = from; i < to; i++) {
            pictures[i - from] = images.slice(i);
        }
        return Nd4j.stack(0, pictures);
    }

    private static INDArray noise(long... shape) {
        Random random = new Random(1);
        int length = 1;
        for (long size : shape) {
            length *= (int) size;
        }
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Nd4j.create(values, shape, 'c');
    }

    private static float[] flat(float[][][] values) {
        float[] flat = new float[values.length * 64 * 64];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = values[i / 4096][i / 64 % 64][i % 64];
        }
        return flat;
    }
}
