package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.latent.LatentSpace;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.perception.Discriminator;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SourceLossTest {
    private static Generator avatars = Avatars.load();
    private static Discriminator judge;
    private static INDArray images;

    @TempDir
    private Path folder;

    @BeforeAll
    static void load() throws IOException {
        ComputeThreads.use(1);
        judge = Avatars.discriminator();
        images = avatars.generate(avatars.sample(4, 17));
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    @Test
    void theSourcesOwnGameGoesOnAndTheModeIsWrittenDown() throws IOException {
        float[] before = judge.parameters().get(0).value().clone();
        DomainExpansion expansion =
                Quick.expansion(Quick.dark("dark")).iterations(2).reportEvery(1).adversarial(judge, images, 0.5);
        Path first = folder.resolve("first.safetensors");
        Path second = folder.resolve("second.safetensors");
        try (ExpandedGenerator expanded = expansion.train(avatars)) {
            assertThat(expanded.notes())
                    .containsEntry("mode", "source loss 0.5")
                    .containsKey("discriminator");
            assertThat(expanded.notes().get("realImages")).matches("4 [0-9a-f]{64}");
            List<ExpansionPoint> curve =
                    ExpansionPoint.parse(String.valueOf(expanded.notes().get("curve")));
            assertThat(curve).allSatisfy(point -> assertThat(point.source()).isPositive());
            expanded.save(first);
        }
        assertThat(Arrays.equals(judge.parameters().get(0).value(), before)).isTrue();
        try (ExpandedGenerator expanded = expansion.train(avatars)) {
            expanded.save(second);
        }
        assertThat(second).hasSameBinaryContentAs(first);
    }

    /** Domains on the directions that the latent varies most along, where a latent that is not projected is found out. */
    private static ExpansionPlan plan(LatentNetwork network) {
        LatentSpace space = Quick.space(network);
        return new ExpansionPlan(
                space,
                Quick.principal(network),
                List.of(),
                List.of(new Domain("dark", 0, space.spread()), new Domain("red", 1, space.spread())),
                List.of(Quick.dark("dark"), Quick.red("red")));
    }

    /** The largest component of latents along the directions that were set aside. */
    private static double aside(ExpansionPlan plan, INDArray latents) {
        double largest = 0;
        for (double[] row : latents.castTo(DataType.DOUBLE).toDoubleMatrix()) {
            for (Domain domain : plan.domains()) {
                double component = 0;
                for (int j = 0; j < row.length; j++) {
                    component +=
                            (row[j] - plan.space().mean()[j]) * plan.basis().direction(domain.direction())[j];
                }
                largest = Math.max(largest, Math.abs(component));
            }
        }
        return largest;
    }

    private static double logit(INDArray image, Discriminator by) {
        try (Tape tape = new Tape()) {
            return by.frozenLogits(tape, tape.constant(image), 1).scalar();
        }
    }

    @Test
    void theDiscriminatorSeesImagesOfBaseLatentsOnly() {
        List<INDArray> seen = Collections.synchronizedList(new ArrayList<>());
        LatentNetwork network = LatentNetwork.of(avatars);
        ExpansionPlan plan = plan(network);
        ExpansionSettings settings = Quick.judged(judge, images, 10, 1);
        assertThat(aside(plan, network.latents(avatars.sample(8, 3)))).isGreaterThan(1);
        LatentNetwork watched = new WatchedNetwork(network, latents -> seen.add(latents.toArray()));
        try (ExpansionStep step = new ExpansionStep(watched, plan, settings)) {
            ExpansionState state = new ExpansionState(watched, 2, settings);
            step.runCritic(state);
            assertThat(seen).hasSize(2).allSatisfy(latents -> assertThat(aside(plan, latents))
                    .isLessThan(1e-4));
            seen.clear();
            double adversarial = step.run(state).adversarial;
            double base = 0;
            double edit = 0;
            int shards = 0;
            for (INDArray latents : seen) {
                // Each of two shards draws its base and its domain by the network in training, and its base by the
                // source.
                if (latents.size(0) == 2) {
                    INDArray drawn = Quick.images(network, network.parameters(), latents.toFloatMatrix(), null);
                    base += Math.log1p(Math.exp(-logit(drawn.slice(0).reshape(1, 3, 64, 64), judge))) / 2;
                    edit += Math.log1p(Math.exp(-logit(drawn.slice(1).reshape(1, 3, 64, 64), judge))) / 2;
                    shards++;
                }
            }
            assertThat(shards).isEqualTo(2);
            assertThat(adversarial).isCloseTo(base, Offset.offset(1e-3 * base));
            assertThat(Math.abs(base - edit)).isGreaterThan(0.01 * base);
        }
    }

    @Test
    void theGeneratorLearnsToBeTakenForReal() {
        List<INDArray> seen = Collections.synchronizedList(new ArrayList<>());
        LatentNetwork network = new WatchedNetwork(LatentNetwork.of(avatars), latents -> seen.add(latents.toArray()));
        ExpansionPlan plan = plan(network);
        ExpansionSettings alone = Quick.judged(judge, images, 0, 0);
        ExpansionState state = new ExpansionState(network, 2, alone);
        try (ExpansionStep step = new ExpansionStep(network, plan, alone)) {
            List<Double> losses = new ArrayList<>();
            double taken = 0;
            for (int i = 0; i < 6; i++) {
                // The number of the step stays, and with it what is drawn.
                losses.add(step.run(state).adversarial);
                if (i == 0) {
                    taken = score(network.parameters(), seen);
                }
                state.optimiser.step(1);
            }
            assertThat(losses).isSortedAccordingTo((x, y) -> Double.compare(y, x));
            assertThat(losses.get(5)).isLessThan(0.9 * losses.get(0));
            List<Parameter> trained = network.parameters().stream()
                    .map(weight -> state.weight(weight.name()))
                    .toList();
            assertThat(score(trained, seen)).isGreaterThan(taken + 0.1);
        }
    }

    /** How real the judge finds images of the base latents of a step, which come first in a shard. */
    private static double score(List<Parameter> weights, List<INDArray> seen) {
        LatentNetwork network = LatentNetwork.of(avatars);
        return seen.stream()
                .filter(latents -> latents.size(0) == 2)
                .limit(2)
                .mapToDouble(latents -> {
                    float[][] base = {latents.getRow(0).toFloatVector()};
                    return logit(Quick.images(network, weights, base, null), judge);
                })
                .average()
                .orElseThrow();
    }

    @Test
    void withoutRealImagesItIsRefused() {
        DomainExpansion expansion = Quick.expansion(Quick.dark("dark"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> expansion.adversarial(judge, Nd4j.empty(DataType.FLOAT), 1))
                .withMessageContaining("is the folder empty?");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> expansion.adversarial(judge, Nd4j.zeros(2, 3, 32, 32), 1))
                .withMessageContaining("[2, 3, 32, 32]");
    }
}
