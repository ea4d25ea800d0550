package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Two domains at once. */
class DomainMixturesTest {
    private static final int SIDE = 8;

    @BeforeAll
    static void threads() {
        ComputeThreads.use(1);
    }

    private static WornExemplars white(String name) {
        Exemplar square = Exemplar.cutOut(
                Nd4j.ones(3, SIDE, SIDE), Region.polygon(2, 2, 6, 2, 6, 6, 2, 6).onImage(SIDE, SIDE));
        return WornExemplars.of(name, List.of(square));
    }

    @Test
    void thingsAreWornBeforeThePictureIsRedrawnAndOthersFollowTheDomains() {
        List<AdaptationObjective> domains = List.of(Quick.dark("dark"), white("thing"), Quick.red("red"));
        assertThat(DomainMixtures.of(0.5, domains).pairs())
                .containsExactlyInAnyOrder(List.of(1, 0), List.of(0, 2), List.of(1, 2));
        assertThat(DomainMixtures.of(0, domains).pairs()).isEmpty();
        assertThat(DomainMixtures.of(0, domains).draw(new Random(1), 8)).isEmpty();

        HandMade given = HandMade.random(1, SIDE);
        float[] source = HostArrays.of(given.source());
        float[] edit = HostArrays.of(given.edit());
        double wanted = 0;
        for (int i = 0; i < source.length; i++) {
            int row = i / SIDE % SIDE;
            int column = i % SIDE;
            boolean covered = row >= 2 && row < 6 && column >= 2 && column < 6;
            double worn = covered ? 1 : source[i];
            wanted += Math.abs(edit[i] - (0.5 * worn - 0.5)) / source.length;
        }
        try (Tape tape = new Tape()) {
            AdaptationBatch batch = given.on(tape, edit);
            double loss = DomainMixtures.loss(
                            tape, batch.edit(), batch.source(), List.of(List.of(1, 0)), domains, new Random(1))
                    .scalar();
            assertThat(loss).isCloseTo(wanted, within(1e-5));
        }
    }

    @Test
    void whatIsOutsideAThingCountsByItsOwnWeight() {
        HandMade given = HandMade.random(2, SIDE);
        float[] source = HostArrays.of(given.source());
        float[] edit = HostArrays.of(given.edit());
        double inside = 0;
        double outside = 0;
        for (int i = 0; i < source.length; i++) {
            int row = i / SIDE % SIDE;
            int column = i % SIDE;
            boolean covered = row >= 2 && row < 6 && column >= 2 && column < 6;
            inside += covered ? Math.abs(edit[i] - 1.0) : 0;
            outside += covered ? 0 : Math.abs(edit[i] - source[i]);
        }
        int all = source.length;
        double expected = inside / all + 2 * inside / (2 * 3 * 16) + 5 * outside / all;
        assertThat(given.value(white("thing").inside(2).elsewhere(5))).isCloseTo(expected, within(1e-5));
        given.requireSlope(white("thing").elsewhere(5), 0.02);
        assertThat(white("thing").recipe()).doesNotContainKey("elsewhere");
        assertThat(white("thing").elsewhere(5).recipe()).containsEntry("elsewhere", "5.0");
    }

    @Test
    void mixturesThatWereTaughtAreNearerToWhatTheyShallBe() {
        double plain = mixtureLeft(0);
        assertThat(mixtureLeft(0.6)).as("without: %s", plain).isLessThan(0.8 * plain);
    }

    /** Mean distance of both domains at once from the target of both, relative to the old images' distance. */
    private static double mixtureLeft(double share) {
        DomainExpansion training = Quick.expansion(Quick.dark("dark"), Quick.red("red"))
                .batch(3)
                .iterations(14)
                .learningRates(0.003, 0.05)
                .mixtures(share);
        try (Generator avatars = Avatars.load();
                ExpandedGenerator expanded = training.train(avatars)) {
            LatentNetwork source = LatentNetwork.of(avatars);
            INDArray wanted = Quick.base(source, expanded.subspaces(), 8);
            double[] sum = new double[2];
            INDArray base = wanted.dup();
            wanted.muli(0.5).subi(0.5);
            for (int c = 0; c < 3; c++) {
                INDArray channel = wanted.tensorAlongDimension(c, 0, 2, 3);
                if (c == 0) {
                    channel.muli(0.3).addi(0.7);
                }
            }
            var inputs = expanded.sample(8, 3);
            sum[0] = Quick.l1(expanded.generate(expanded.at(inputs, Map.of("dark", 1.0, "red", 1.0))), wanted);
            sum[1] = Quick.l1(base, wanted);
            return sum[0] / sum[1];
        }
    }
}
