package io.github.rewrite4j.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Equations 1 to 3 of Nitzan et al. 2023 on a random basis of seven dimensions. */
class LatentSubspacesTest {
    private static final int D = 7;
    private static final double TOLERANCE = 1e-12;
    private static final LatentBasis BASIS = randomBasis(3);
    private static final double[] MEAN = random(4);
    private static final List<Domain> DOMAINS = List.of(new Domain("a", 6, 20), new Domain("b", 2, -3));
    private static final LatentSubspaces SPACES = new LatentSubspaces(BASIS, MEAN, DOMAINS);

    private static double[] random(long seed) {
        return new Random(seed).doubles(D, -2, 2).toArray();
    }

    /** Gram and Schmidt. */
    private static LatentBasis randomBasis(long seed) {
        double[][] rows = new double[D][];
        for (int i = 0; i < D; i++) {
            rows[i] = random(seed * 100 + i);
            for (int pass = 0; pass < 2; pass++) {
                for (int j = 0; j < i; j++) {
                    rows[i] = plus(rows[i], rows[j], -LatentBasis.dot(rows[i], rows[j]));
                }
            }
            rows[i] = plus(new double[D], rows[i], 1 / Math.sqrt(LatentBasis.dot(rows[i], rows[i])));
        }
        return new LatentBasis("random", "none", new double[D], rows);
    }

    private static double[] plus(double[] a, double[] b, double factor) {
        double[] sum = a.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += factor * b[i];
        }
        return sum;
    }

    private static double component(double[] latent, int direction) {
        return LatentBasis.dot(plus(latent, MEAN, -1), BASIS.direction(direction));
    }

    private static void assertClose(double[] actual, double[] expected) {
        assertThat(actual).containsExactly(expected, within(TOLERANCE));
    }

    @Test
    void projectionsAreIdempotent() {
        double[] w = random(9);
        assertClose(SPACES.base(SPACES.base(w)), SPACES.base(w));
        assertClose(SPACES.inDomain(SPACES.inDomain(w, 1), 1), SPACES.inDomain(w, 1));
        assertClose(SPACES.inDomain(SPACES.inDomain(w, 0), 1), SPACES.inDomain(w, 1));
        assertClose(SPACES.base(SPACES.inDomain(w, 0)), SPACES.base(w));
    }

    @Test
    void aDomainHasItsDistanceAlongItsOwnDirectionAndNothingAlongOthers() {
        double[] w = random(9);
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                double expected = i == j ? DOMAINS.get(i).distance() : 0;
                assertThat(component(SPACES.inDomain(w, i), DOMAINS.get(j).direction()))
                        .isCloseTo(expected, within(TOLERANCE));
            }
            assertThat(component(SPACES.base(w), DOMAINS.get(i).direction())).isCloseTo(0, within(TOLERANCE));
        }
    }

    @Test
    void allOtherComponentsStay() {
        double[] w = random(9);
        for (int j = 0; j < D; j++) {
            if (j != 6 && j != 2) {
                assertThat(component(SPACES.base(w), j)).isCloseTo(component(w, j), within(TOLERANCE));
                assertThat(component(SPACES.inDomain(w, 0), j)).isCloseTo(component(w, j), within(TOLERANCE));
            }
        }
    }

    @Test
    void aDomainIsTheBaseMovedByItsDistance() {
        double[] w = random(9);
        assertClose(SPACES.inDomain(w, 0), plus(SPACES.base(w), BASIS.direction(6), 20));
        assertClose(SPACES.inDomain(w, 1), plus(SPACES.base(w), BASIS.direction(2), -3));
        assertClose(SPACES.direction(1), BASIS.direction(2));
    }

    @Test
    void aLatentOfTheBaseStays() {
        double[] w = plus(plus(MEAN, BASIS.direction(0), 1.5), BASIS.direction(5), -0.7);
        assertClose(SPACES.base(w), w);
        assertClose(SPACES.base(MEAN), MEAN);
    }

    @Test
    void itIsTheSumOverAllOtherDirectionsAndTheMeanAlongTheDomains() {
        double[] w = random(9);
        double[] sum = new double[D];
        for (int j = 0; j < D; j++) {
            double[] from = j == 6 || j == 2 ? MEAN : w;
            sum = plus(sum, BASIS.direction(j), LatentBasis.dot(from, BASIS.direction(j)));
        }
        assertClose(SPACES.base(w), sum);
    }

    @Test
    void amountsAreLinear() {
        double[] w = random(9);
        assertClose(SPACES.along(w, 0, 0), SPACES.base(w));
        assertClose(SPACES.along(w, 0, 1), SPACES.inDomain(w, 0));
        assertClose(SPACES.along(w, 0, 0.25), plus(SPACES.base(w), BASIS.direction(6), 5));
        assertClose(
                SPACES.mixed(w, 0.5, 2), plus(plus(SPACES.base(w), BASIS.direction(6), 10), BASIS.direction(2), -6));
    }

    @Test
    void nothingIsChangedOrHandedOut() {
        double[] w = random(9);
        double[] before = w.clone();
        SPACES.inDomain(w, 0);
        SPACES.mean()[0] = 99;
        SPACES.direction(0)[0] = 99;
        assertThat(w).containsExactly(before);
        assertThat(SPACES.mean()).containsExactly(MEAN);
        assertThat(SPACES.direction(0)).containsExactly(BASIS.direction(6));
    }

    @Test
    void aDirectionOrNameCanBeUsedOnce() {
        assertRefused("Direction 2 is repurposed twice", new Domain("a", 2, 1), new Domain("b", 2, 1));
        assertRefused("two domains called 'a'", new Domain("a", 2, 1), new Domain("a", 3, 1));
        assertRefused("no direction 7", new Domain("a", 7, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Domain("a", -1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Domain("a", 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Domain("a", 1, Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> new Domain("a/b", 1, 1));
    }

    @Test
    void somethingMustBeLeftForTheSource() {
        Domain[] all = new Domain[D];
        for (int i = 0; i < D; i++) {
            all[i] = new Domain("d" + i, i, 1);
        }
        assertRefused("at least one direction must stay", all);
    }

    @Test
    void sizesMustFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SPACES.base(new double[D + 1]))
                .withMessageContainingAll("8", "7");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LatentSubspaces(BASIS, new double[3], DOMAINS))
                .withMessageContainingAll("3", "7");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SPACES.mixed(MEAN, 1))
                .withMessageContaining("2 domains, but 1 amounts");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SPACES.inDomain(MEAN, 2))
                .withMessageContaining("no domain 2");
    }

    @Test
    void truncationPullsToTheMean() {
        LatentSpace space = new LatentSpace("w", MEAN, 1.5, "gaussian", 100);
        assertClose(space.truncated(random(9), 0), MEAN);
        assertClose(space.truncated(random(9), 1), random(9));
        assertThat(space.dimension()).isEqualTo(D);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LatentSpace("w", MEAN, Double.NaN, "gaussian", 1))
                .withMessageContaining("positive spread");
    }

    private static void assertRefused(String message, Domain... domains) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LatentSubspaces(BASIS, MEAN, List.of(domains)))
                .withMessageContaining(message);
    }
}
