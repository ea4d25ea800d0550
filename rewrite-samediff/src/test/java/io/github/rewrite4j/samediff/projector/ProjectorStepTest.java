package io.github.rewrite4j.samediff.projector;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.metric.ImageRange;
import io.github.rewrite4j.samediff.metric.Ssim;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Single steps of a projector's training, and what the discriminator sees of many. */
class ProjectorStepTest {
    private static final Generator AVATARS = Avatars.load();

    /** Values of 128 x 8 x 8, which the discriminator judges quickly. */
    private static final AssociativeMemory MEMORY = AVATARS.memory("layer2");

    private static final ImageShape IMAGE = ImageShape.of(AVATARS.spec());

    @BeforeAll
    static void useOneThread() {
        ComputeThreads.use(1);
    }

    @AfterAll
    static void close() {
        AVATARS.close();
    }

    private static ProjectorSettings settings(ProjectorLosses losses, int batch, int iterations, int pool) {
        return new ProjectorSettings(
                new ProjectorArchitecture("test", 4, 1),
                losses,
                0,
                0,
                batch,
                8e-4,
                iterations,
                5,
                pool,
                0,
                pool,
                2,
                iterations,
                10,
                List.of());
    }

    private static SamplePool pool(int samples, long seed) {
        SamplePool pool = new SamplePool(MEMORY, samples, seed, 0);
        pool.advanceTo(0, RewriteListener.SILENT);
        return pool;
    }

    private static TrainingState start(ProjectorSettings settings, SamplePool pool) {
        return new TrainingState(
                settings, IMAGE, MEMORY.spec().valueShape(), pool.standardisation(settings.measuredSamples()));
    }

    /** The first step in which the adversarial loss has its whole weight, from the first weights. */
    private static ProjectorStep.Result oneStep(ProjectorLosses losses, SamplePool pool) {
        ProjectorSettings settings = settings(losses, 1, 100, pool.size());
        TrainingState state = start(settings, pool);
        state.step = 50;
        try (ProjectorStep step = new ProjectorStep(settings, TapedMemory.of(MEMORY), pool, IMAGE)) {
            return step.run(state);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.5, 1, 1, 3", "2, 0.25, 0, 3", "0.5, 0, 1, 0", "0, 3, 0.5, 0.125"})
    void theTotalIsTheWeightedSumOfItsTerms(double feature, double adversarial, double similarity, double pixels) {
        SamplePool pool = pool(2, 5);
        double v = oneStep(new ProjectorLosses(1, 0, 0, 0, true), pool).total();
        double d = oneStep(new ProjectorLosses(1, 1, 0, 0, true), pool).total() - v;
        double s = oneStep(new ProjectorLosses(0, 0, 1, 0, true), pool).total();
        double x = oneStep(new ProjectorLosses(0, 0, 0, 1, true), pool).total();
        assertThat(List.of(v, d, s, x)).allSatisfy(term -> assertThat(term).isGreaterThan(0.01));
        ProjectorStep.Result result =
                oneStep(new ProjectorLosses(feature, adversarial, similarity, pixels, true), pool);
        double expected = feature * v + adversarial * d + similarity * s + pixels * x;
        assertThat(result.total()).isCloseTo(expected, Offset.offset(1e-6 * expected));
        assertThat(result.feature()).isCloseTo(v, Offset.offset(1e-6 * v));
    }

    /** Each term by other means: the memory's graph instead of the tape, the metric's SSIM, and plain sums. */
    @Test
    void thePublishedLossIsHalfTheFeatureErrorTheScoreAndTheErrorOfTheCycle() {
        SamplePool pool = pool(2, 5);
        ProjectorSettings settings = settings(ProjectorLosses.FAITHFUL, 1, 100, 2);
        TrainingState state = start(settings, pool);
        Values own = MEMORY.values(MEMORY.keys(AVATARS.sampler().at(Sample.range(5, 0, 2))));
        INDArray images = MEMORY.decode(own);
        double[] expected = new double[2];
        try (Tape tape = new Tape()) {
            float[] pixels = new float[2 * IMAGE.length()];
            System.arraycopy(pool.image(0), 0, pixels, 0, IMAGE.length());
            System.arraycopy(pool.image(1), 0, pixels, IMAGE.length(), IMAGE.length());
            Node projected = state.network.values(IMAGE.forNetwork(tape, pixels, 2, state.network), tape::frozen);
            INDArray values = projected.toArray();
            INDArray scores = state.critic
                    .orElseThrow()
                    .scores(state.network.standardisation().toStandard(projected), tape::frozen)
                    .toArray();
            INDArray drawn = MEMORY.decode(own.withTensor(values));
            double[] similarity = Ssim.forRange(ImageRange.SYMMETRIC).perImage(drawn, images);
            for (int i = 0; i < 2; i++) {
                expected[i] = 0.5 * meanAbsolute(row(values.sub(own.tensor()), i))
                        + meanSquare(row(scores.sub(1), i))
                        + (1 - similarity[i])
                        + 3 * meanAbsolute(row(drawn.sub(images), i));
            }
        }
        assertThat(Math.abs(expected[0] - expected[1])).isGreaterThan(0.01);
        // A step draws one of the two samples.
        double total = oneStep(ProjectorLosses.FAITHFUL, pool).total();
        assertThat(Math.min(Math.abs(total - expected[0]), Math.abs(total - expected[1])))
                .as("%s of %s", total, Arrays.toString(expected))
                .isLessThan(2e-4 * total);
    }

    private static double[] row(INDArray batch, int i) {
        return Differences.doubles(batch.get(NDArrayIndex.point(i)).dup('c'));
    }

    private static double meanAbsolute(double... values) {
        return Arrays.stream(values).map(Math::abs).average().orElseThrow();
    }

    private static double meanSquare(double... values) {
        return Arrays.stream(values).map(v -> v * v).average().orElseThrow();
    }

    /** With no other loss than that of the cycle, whatever reaches the projector came through the decoder. */
    @Test
    void theGradientReachesTheProjectorThroughADecoderThatStaysAsItWas() {
        SamplePool pool = pool(4, 5);
        ProjectorSettings settings = settings(new ProjectorLosses(0, 0, 1, 3, false), 2, 100, pool.size());
        TrainingState state = start(settings, pool);
        Map<String, float[]> decoder = weights();
        INDArray image = AVATARS.generate(AVATARS.sample(1, 3));
        Map<String, float[]> before = new LinkedHashMap<>();
        state.network.parameters().forEach(p -> before.put(p.name(), p.value().clone()));
        try (ProjectorStep step = new ProjectorStep(settings, TapedMemory.of(MEMORY), pool, IMAGE)) {
            step.run(state);
            step.run(state);
        }
        for (Parameter parameter : state.network.parameters()) {
            float[] old = before.getOrDefault(parameter.name(), new float[0]);
            int moved = 0;
            for (int i = 0; i < old.length; i++) {
                moved += old[i] == parameter.value()[i] ? 0 : 1;
            }
            assertThat(moved).as(parameter.name()).isGreaterThan(9 * old.length / 10);
        }
        assertThat(weights()).allSatisfy((name, weight) -> assertThat(weight).isEqualTo(decoder.get(name)));
        assertThat(AVATARS.generate(AVATARS.sample(1, 3))).isEqualTo(image);
    }

    private static Map<String, float[]> weights() {
        Map<String, float[]> all = new LinkedHashMap<>();
        for (Layer layer : AVATARS.layers()) {
            AVATARS.memory(layer.name())
                    .weights()
                    .forEach((name, weight) ->
                            all.put(name, weight.dup('c').reshape(-1).toFloatVector()));
        }
        assertThat(all).hasSize(AVATARS.layers().size());
        return all;
    }

    /** How much higher values of samples are scored than projected ones; none of the samples is trained on. */
    private static double gap(TrainingState state, SamplePool unseen) {
        try (Tape tape = new Tape()) {
            int count = unseen.size();
            float[] pixels = new float[count * IMAGE.length()];
            Standardisation scale = state.network.standardisation();
            double gap = 0;
            for (int i = 0; i < count; i++) {
                System.arraycopy(unseen.image(i), 0, pixels, i * IMAGE.length(), IMAGE.length());
            }
            Node projected = state.network.values(IMAGE.forNetwork(tape, pixels, count, state.network), tape::frozen);
            Node own = Pictures.values(tape, unseen, MEMORY.spec().valueShape());
            FeatureDiscriminator critic = state.critic.orElseThrow();
            gap += critic.scores(scale.toStandard(own), tape::frozen)
                    .toArray()
                    .meanNumber()
                    .doubleValue();
            gap -= critic.scores(scale.toStandard(projected), tape::frozen)
                    .toArray()
                    .meanNumber()
                    .doubleValue();
            return gap;
        }
    }

    /** The first tenth of the steps trains the discriminator alone, against a projector that does not mind it. */
    @Test
    void theDiscriminatorTellsProjectedValuesApartUntilTheProjectorMindsIt() {
        SamplePool pool = pool(16, 5);
        SamplePool unseen = pool(8, 77);
        ProjectorSettings settings = settings(new ProjectorLosses(0.5, 1, 0, 0, false), 4, 100, pool.size());
        TrainingState state = start(settings, pool);
        assertThat(Math.abs(gap(state, unseen))).as("before").isLessThan(0.1);
        try (ProjectorStep step = new ProjectorStep(settings, TapedMemory.of(MEMORY), pool, IMAGE)) {
            while (state.step < 10) {
                assertThat(step.run(state).adversarial()).isZero();
            }
            double apart = gap(state, unseen);
            assertThat(apart).isGreaterThan(0.5);
            while (state.step < settings.iterations()) {
                step.run(state);
            }
            assertThat(Math.abs(gap(state, unseen))).isLessThan(0.5 * apart);
        }
    }
}
