package io.github.rewrite4j.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class LatentBasisTest {
    private static final double[][] AXES = {{0, 1, 0}, {1, 0, 0}};

    private static LatentBasis basis(double[] strengths, double[][] directions) {
        return new LatentBasis("by hand", "abc", strengths, directions);
    }

    @Test
    void itHoldsFewerDirectionsThanDimensions() {
        LatentBasis basis = basis(new double[] {3, 2}, AXES);
        assertThat(basis.size()).isEqualTo(2);
        assertThat(basis.dimension()).isEqualTo(3);
        assertThat(basis.strength(1)).isEqualTo(2);
        assertThat(basis.direction(1)).containsExactly(1, 0, 0);
        assertThat(basis.method()).isEqualTo("by hand");
        assertThat(basis.generator()).isEqualTo("abc");
        assertThat(basis).hasToString("2 directions of 3 dimensions (by hand)");
    }

    @Test
    void nobodyCanChangeIt() {
        double[][] rows = {{0, 1, 0}, {1, 0, 0}};
        double[] strengths = {3, 2};
        LatentBasis basis = basis(strengths, rows);
        rows[0][0] = 9;
        strengths[0] = 9;
        basis.direction(0)[0] = 9;
        basis.directions()[1][2] = 9;
        basis.strengths()[1] = 9;
        assertThat(basis.directions()).isDeepEqualTo(AXES);
        assertThat(basis.strengths()).containsExactly(3, 2);
    }

    @Test
    void directionsMustBeOrthonormal() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> basis(new double[] {2, 1}, new double[][] {{1, 0}, {1, 0}}))
                .withMessageContainingAll("0 and 1", "orthonormal");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> basis(new double[] {2}, new double[][] {{2, 0}}))
                .withMessageContaining("orthonormal");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> basis(new double[] {2}, new double[][] {{Double.NaN, 0}}))
                .withMessageContaining("orthonormal");
        assertThatCode(() -> basis(new double[] {2}, new double[][] {{1 + 1e-7, 0}}))
                .doesNotThrowAnyException();
    }

    @Test
    void strengthsDescend() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> basis(new double[] {1, 2}, AXES))
                .withMessageContainingAll("descend", "2.0 after 1.0");
        assertThatCode(() -> basis(new double[] {1, 1}, AXES)).doesNotThrowAnyException();
    }

    @Test
    void sizesMustAgree() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> basis(new double[] {1}, AXES))
                .withMessageContaining("1 and 2");
        assertThatIllegalArgumentException().isThrownBy(() -> basis(new double[0], new double[0][]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> basis(new double[] {1, 1}, new double[][] {{1, 0}, {0, 1, 0}}))
                .withMessageContaining("3 numbers");
    }

    @Test
    void anIndexOutsideSaysWhatThereIs() {
        LatentBasis basis = basis(new double[] {3, 2}, AXES);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> basis.direction(2))
                .withMessageContainingAll("no direction 2", "0 to 1");
        assertThatIllegalArgumentException().isThrownBy(() -> basis.strength(-1));
    }
}
