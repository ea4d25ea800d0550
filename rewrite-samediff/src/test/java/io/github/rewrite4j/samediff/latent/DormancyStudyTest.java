package io.github.rewrite4j.samediff.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.latent.LatentSamples;
import io.github.rewrite4j.latent.LatentSpace;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DormancyStudyTest {
    /** What projecting out the last 5, 10 and 20 directions keeps, in dB. */
    private static final double[] LAST_SINGULAR = {38.6, 32.6, 28.4};

    private static final double[] LAST_PRINCIPAL = {49.0, 42.2, 36.3};

    private static Generator avatars;
    private static LatentNetwork network;
    private static LatentSpace space;
    private static LatentBasis singular;

    @BeforeAll
    static void load() {
        avatars = Avatars.load();
        network = LatentNetwork.of(avatars);
        space = LatentSpaces.of(network);
        singular = LatentBases.svd(network);
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    private static int[] last(int count) {
        return IntStream.range(64 - count, 64).toArray();
    }

    /** image = diag(0.25, 0.16, 0.004, 0) w in the first four of twelve pixels, small enough that no pixel is clipped. */
    private static ToyNetwork toy() {
        double[] map = new double[12 * 4];
        map[0] = 0.25;
        map[4 + 1] = 0.16;
        map[8 + 2] = 0.004;
        return new ToyNetwork(Matrix.of(12, 4, map));
    }

    private static LatentBasis axes() {
        return new LatentBasis("axes", "toy-fingerprint", new double[] {4, 3, 2, 1}, new double[][] {
            {1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}
        });
    }

    private static DormancyStudy toyStudy() {
        return DormancyStudy.of(toy(), LatentSpaces.of(toy()), axes())
                .samples(21)
                .seed(5)
                .step(0.5);
    }

    @Test
    void ofALinearNetworkEverythingIsKnown() {
        DormancyProfile profile = toyStudy().measure(RewriteListener.SILENT);
        double[] factors = {0.25, 0.16, 0.004, 0};
        float[][] latents = LatentSamples.firstRows(21, 4, 5);
        for (int j = 0; j < 3; j++) {
            double psnr = 0;
            for (float[] latent : latents) {
                double lost = factors[j] * latent[j];
                psnr += 10 * Math.log10(4 * 12 / (lost * lost)) / latents.length;
            }
            DirectionEffect effect = profile.effect(j);
            assertThat(effect.projectedOut()).isCloseTo(psnr, within(1e-3));
            assertThat(effect.change()).isCloseTo(0.5 * factors[j] / 12, within(1e-6));
            assertThat(effect.changePsnr())
                    .isCloseTo(10 * Math.log10(4 * 12 / Math.pow(0.5 * factors[j], 2)), within(1e-2));
            assertThat(effect.strength()).isEqualTo(4 - j);
            assertThat(effect.distance()).isEmpty();
        }
        assertThat(profile.effect(3).projectedOut()).isInfinite();
        assertThat(profile.effect(3).change()).isZero();
        assertThat(profile.leastLoss(4)).containsExactly(3, 2, 1, 0);
        assertThat(profile.together(1)).isInfinite();
        assertThat(profile.together(2)).isCloseTo(profile.effect(2).projectedOut(), within(1e-6));
        assertThat(profile.together(4)).isLessThan(profile.together(3));
    }

    @Test
    void whatImagesCanBeWithoutIsDormant() {
        DormancyProfile profile = toyStudy().measure(RewriteListener.SILENT);
        assertThat(profile.effects())
                .allSatisfy(effect -> assertThat(effect.carriesSource()).isEqualTo(effect.projectedOut() < 40));
        assertThat(IntStream.range(0, 4).mapToObj(j -> profile.effect(j).carriesSource()))
                .containsExactly(true, true, false, false);
        assertThat(profile.warning(1))
                .hasValueSatisfying(text -> assertThat(text).contains("Direction 1", "64 %", "[3, 2, 1, 0]"));
        assertThat(profile.warning(3)).isEmpty();
        assertThat(profile).asString().contains("4 directions, 2 of them carry the source");
    }

    @Test
    void theTableHasARowPerDirectionAndTheCostOfProjectingOutAllUpToIt() {
        DormancyProfile profile = toyStudy().together(2).measure(RewriteListener.SILENT);
        List<String> lines = profile.csv().lines().toList();
        assertThat(lines)
                .hasSize(5)
                .first()
                .isEqualTo("direction,strength,projected_out_psnr,change_l1,change_psnr,distance,carries_source,rank,"
                        + "together_psnr");
        assertThat(lines.get(1)).startsWith("0,4.00000,").endsWith(",true,4,");
        assertThat(lines.get(4)).isEqualTo("3,1.00000,Infinity,0.00000,Infinity,,false,1,Infinity");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> profile.together(3))
                .withMessageContaining("1 to 2 were");
    }

    @Test
    void aPerceptualDistanceOfTheCallerDecidesWhatMoves() {
        List<Long> sizes = new ArrayList<>();
        DormancyProfile profile = toyStudy()
                .perceptual((a, b) -> {
                    sizes.add(a.size(0));
                    assertThat(a.shape()).containsExactly(b.size(0), 3, 2, 2);
                    // Sees the third channel only, where nothing ever happens, and the first pixel.
                    return a.sub(b).getDouble(0, 0, 0, 0) == 0 ? 0.01 : 1;
                })
                .measure(RewriteListener.SILENT);
        assertThat(sizes).startsWith(16L, 5L);
        assertThat(profile.effect(0).distance()).hasValue(1);
        assertThat(profile.effect(1).distance()).hasValue(0.01);
        assertThat(profile.effect(1).movement()).isEqualTo(0.01);
    }

    @Test
    void theSameSeedGivesTheSameProfile() {
        assertThat(toyStudy().measure(RewriteListener.SILENT).csv())
                .isEqualTo(toyStudy().measure(RewriteListener.SILENT).csv());
        assertThat(toyStudy().seed(6).measure(RewriteListener.SILENT).csv())
                .isNotEqualTo(toyStudy().measure(RewriteListener.SILENT).csv());
    }

    @Test
    void itCanBeCancelledAndSaysWhatItCannotDo() {
        assertThatThrownBy(() -> toyStudy().measure(progress -> progress.step() < 2))
                .isInstanceOf(RewriteCancelledException.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> toyStudy().step(0))
                .withMessageContaining("positive");
        assertThatIllegalArgumentException().isThrownBy(() -> toyStudy().together(5));
        assertThatIllegalArgumentException().isThrownBy(() -> toyStudy().samples(0));
        assertThatIllegalArgumentException().isThrownBy(() -> toyStudy().projectedOut(4));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DormancyStudy.of(toy(), space, axes()))
                .withMessageContainingAll("4 dimensions", "64");
    }

    /** PSNR over 64 samples of seed 1; directions chosen on other samples keep more than the weakest singular ones. */
    @Test
    void ofThePretrainedGeneratorTheWeakestDirectionsOfABasisAreNotTheMostDormant() {
        DormancyStudy study = DormancyStudy.of(network, space, singular);
        LatentBasis principal = LatentBases.principal(network, 4096, 1, RewriteListener.SILENT);
        DormancyStudy other = DormancyStudy.of(network, space, principal);
        assertThat(study.projectedOut(last(5))).isCloseTo(LAST_SINGULAR[0], within(0.5));
        assertThat(study.projectedOut(last(10))).isCloseTo(LAST_SINGULAR[1], within(0.5));
        assertThat(study.projectedOut(last(20))).isCloseTo(LAST_SINGULAR[2], within(0.5));
        assertThat(other.projectedOut(last(5))).isCloseTo(LAST_PRINCIPAL[0], within(0.5));
        assertThat(other.projectedOut(last(10))).isCloseTo(LAST_PRINCIPAL[1], within(0.5));
        assertThat(other.projectedOut(last(20))).isCloseTo(LAST_PRINCIPAL[2], within(0.5));
        DormancyProfile profile = study.samples(16).seed(2).together(0).measure(RewriteListener.SILENT);
        for (int count : new int[] {5, 20}) {
            int[] chosen = profile.leastLoss(count).stream().mapToInt(i -> i).toArray();
            assertThat(study.projectedOut(chosen)).isGreaterThan(study.projectedOut(last(count)) + 1);
        }
    }

    /** The pretrained generator with some directions that no style reads. */
    private static ExpandedGenerator silenced(int... dead) {
        List<Parameter> weights = network.parameters();
        for (LatentReader reader : network.readers()) {
            for (Parameter weight : weights) {
                if (weight.name().equals(reader.weightName())) {
                    for (int j : dead) {
                        silence(weight.value(), singular.direction(j));
                    }
                }
            }
        }
        LatentExpansion expansion =
                new LatentExpansion(space, singular, List.of(new Domain("any", dead[0], 5)), Map.of());
        return network.expanded(weights, expansion);
    }

    /** A direction that no style reads costs nothing, and the singular basis finds it. */
    @Test
    void aDirectionThatNothingReadsCostsNothing() {
        double[] dead = singular.direction(17);
        try (ExpandedGenerator silenced = silenced(17)) {
            LatentNetwork silent = LatentNetwork.of(silenced);
            LatentBasis basis = LatentBases.svd(silent);
            assertThat(basis.strength(63)).isLessThan(1e-5 * basis.strength(0));
            double aligned = 0;
            for (int i = 0; i < 64; i++) {
                aligned += basis.direction(63)[i] * dead[i];
            }
            assertThat(Math.abs(aligned)).isCloseTo(1, within(1e-9));
            DormancyStudy study = DormancyStudy.of(silent, space, basis).samples(8);
            assertThat(study.projectedOut(63)).isGreaterThan(100);
            assertThat(study.projectedOut(62)).isLessThan(60);
        }
    }

    /** Figure 12 of Nitzan et al. 2023 on a generator with thirteen dead directions of 64. */
    @Test
    void movementFollowsTheSingularValuesAndDeadDirectionsDoNotMove() {
        int[] dead = IntStream.iterate(2, j -> j + 5).limit(13).toArray();
        try (ExpandedGenerator silenced = silenced(dead)) {
            LatentNetwork silent = LatentNetwork.of(silenced);
            LatentBasis basis = LatentBases.svd(silent);
            DormancyProfile profile = DormancyStudy.of(silent, space, basis)
                    .samples(4)
                    .together(0)
                    .measure(RewriteListener.SILENT);
            double[] movements = profile.effects().stream()
                    .mapToDouble(DirectionEffect::movement)
                    .toArray();
            double[] strengths = profile.effects().stream()
                    .mapToDouble(DirectionEffect::strength)
                    .toArray();
            double largest = Arrays.stream(movements).max().orElseThrow();
            assertThat(new PearsonsCorrelation().correlation(movements, strengths))
                    .isGreaterThan(0.6);
            assertThat(Arrays.stream(movements, 51, 64).max().orElseThrow()).isLessThan(0.05 * largest);
            assertThat(Arrays.stream(movements, 0, 51).min().orElseThrow()).isGreaterThan(0.05 * largest);
            assertThat(profile.leastLoss(13)).allMatch(j -> j >= 51);
        }
    }

    private static void silence(float[] weight, double[] direction) {
        for (int row = 0; row < weight.length; row += direction.length) {
            double component = 0;
            for (int i = 0; i < direction.length; i++) {
                component += weight[row + i] * direction[i];
            }
            for (int i = 0; i < direction.length; i++) {
                weight[row + i] -= (float) (component * direction[i]);
            }
        }
    }
}
