package io.github.rewrite4j.samediff.linalg;

import static io.github.rewrite4j.samediff.Matrices.assertClose;
import static io.github.rewrite4j.samediff.Matrices.inverse;
import static io.github.rewrite4j.samediff.Matrices.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.SingularSystemException;
import io.github.rewrite4j.stats.KeyCovariance;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class StreamedKeyCovarianceTest {
    private final Matrix c = random(50, 10, 1).gram().times(1 / 50.0);
    private final KeyCovariance covariance = StreamedKeyCovariance.of(c, 50);
    private final Matrix lowRank = random(4, 10, 2).gram();

    @Test
    void solvesForVectorsAndMatrices() {
        INDArray rhs = random(10, 3, 3).toArray();
        assertClose(Matrix.of(covariance.solve(rhs)), inverse(c).multiply(Matrix.of(rhs)), 1e-12);
        INDArray vector = covariance.solve(rhs.getColumn(1).dup());
        assertThat(vector.shape()).containsExactly(10);
        assertClose(Matrix.of(vector), inverse(c).multiply(Matrix.of(rhs.getColumn(1))), 1e-12);
    }

    @Test
    void aRidgeIsRelativeToTheMeanOfTheDiagonal() {
        Matrix rhs = random(10, 2, 4);
        Matrix ridged = c.plusDiagonal(0.3 * c.trace() / 10);
        assertClose(
                Matrix.of(covariance.solve(rhs.toArray(), 0.3)), inverse(ridged).multiply(rhs), 1e-12);
        assertClose(Matrix.of(covariance.solve(rhs.toArray())), inverse(c).multiply(rhs), 1e-12);
        Matrix z = Matrix.of(covariance.whiten(0.3));
        assertClose(z.multiply(ridged).multiply(z), Matrix.identity(10), 1e-12);
        assertThatIllegalArgumentException().isThrownBy(() -> covariance.solve(rhs.toArray(), -1));
        assertThatIllegalArgumentException().isThrownBy(() -> covariance.solve(rhs.toArray(), Double.NaN));
    }

    @Test
    void whiteningIsSymmetricAndMakesTheSecondMomentTheIdentity() {
        Matrix z = Matrix.of(covariance.whiten());
        assertThat(z).isEqualTo(z.transpose());
        assertClose(z.multiply(c).multiply(z), Matrix.identity(10), 1e-12);
    }

    @Test
    void whiteningStaysFiniteWithoutFullRankAndIsRightWhereThereAreKeys() {
        KeyCovariance singular = StreamedKeyCovariance.of(lowRank, 4);
        Matrix z = Matrix.of(singular.whiten());
        Matrix projection = z.multiply(lowRank).multiply(z);
        assertClose(projection.multiply(lowRank), lowRank, 1e-6);
    }

    @Test
    void describesItsSpectrum() {
        KeyCovariance flat = StreamedKeyCovariance.of(Matrix.identity(8), 1);
        assertThat(flat.effectiveRank()).isCloseTo(8, within(1e-12));
        assertThat(flat.conditionNumber()).isCloseTo(1, within(1e-12));
        KeyCovariance steep = StreamedKeyCovariance.of(Matrix.identity(3).scaleRows(new double[] {1, 4, 1e-3}), 1);
        assertThat(steep.eigenvalues()).containsExactly(new double[] {4, 1, 1e-3}, within(1e-15));
        assertThat(steep.conditionNumber()).isCloseTo(4000, within(1e-9));
        assertThat(steep.effectiveRank()).isBetween(1.6, 1.7);
        assertThat(StreamedKeyCovariance.of(lowRank, 4).rank()).isEqualTo(4);
        assertThat(StreamedKeyCovariance.of(lowRank, 4).effectiveRank()).isBetween(1.0, 4.0);
        assertThat(covariance.rank()).isEqualTo(10);
    }

    @Test
    void refusesToSolveASingularSystemAndSuggestsARidgeThatWorks() {
        KeyCovariance singular = StreamedKeyCovariance.of(lowRank, 4);
        INDArray rhs = random(10, 1, 5).toArray();
        assertThatExceptionOfType(SingularSystemException.class)
                .isThrownBy(() -> singular.solve(rhs))
                .satisfies(e -> {
                    assertThat(e.rank()).isEqualTo(4);
                    assertThat(e.dimension()).isEqualTo(10);
                    assertThat(singular.solve(rhs, e.suggestedRelativeRidge()).shape())
                            .containsExactly(10, 1);
                });
    }

    @Test
    void mergesByCount() {
        KeyCovariance other = StreamedKeyCovariance.of(Matrix.identity(10), 150);
        KeyCovariance merged = covariance.merge(other);
        assertThat(merged.count()).isEqualTo(200);
        assertClose(Matrix.of(merged.matrix()), c.times(0.25).plusDiagonal(0.75), 1e-14);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> covariance.merge(StreamedKeyCovariance.of(Matrix.identity(4), 1)));
    }

    @Test
    void givesCopiesOnly() {
        covariance.matrix().assign(0);
        covariance.eigenvalues()[0] = 0;
        assertThat(Matrix.of(covariance.matrix())).isEqualTo(c);
        assertThat(covariance.eigenvalues()[0]).isPositive();
    }

    @Test
    void refusesWhatIsNoSecondMoment() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StreamedKeyCovariance.of(random(3, 3, 6).gram(), 0));
        assertThatIllegalArgumentException().isThrownBy(() -> StreamedKeyCovariance.of(Matrix.of(2, 2, 1, 2, 3, 9), 1));
        assertThatIllegalArgumentException().isThrownBy(() -> StreamedKeyCovariance.of(Matrix.of(1, 1, -1), 1));
        assertThatIllegalArgumentException().isThrownBy(() -> StreamedKeyCovariance.of(random(2, 3, 7), 1));
    }
}
