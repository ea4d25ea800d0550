package io.github.rewrite4j.samediff.closedform;

import static io.github.rewrite4j.samediff.Matrices.assertClose;
import static io.github.rewrite4j.samediff.Matrices.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.StreamedKeyCovariance;
import io.github.rewrite4j.samediff.linalg.Svd;
import org.junit.jupiter.api.Test;

class ExactUpdateTest {
    private final Matrix w0 = random(6, 10, 1);
    private final Matrix c =
            random(80, 10, 2).multiply(random(10, 10, 3)).gram().times(1 / 80.0);
    private final StreamedKeyCovariance covariance = StreamedKeyCovariance.of(c, 80);
    private final Matrix keys = random(10, 3, 4);
    private final Matrix values = random(6, 3, 5);

    private double cost(Matrix delta) {
        return delta.multiply(c).multiply(delta.transpose()).trace();
    }

    @Test
    void noOtherChangeThatMeetsThePairsCostsLess() {
        Matrix best = ExactUpdate.exact().update(w0, covariance, keys, values).delta();
        Matrix pinv = Svd.of(keys).pseudoInverse(1e-12);
        for (int seed = 10; seed < 60; seed++) {
            Matrix step = random(6, 10, seed).times(0.01);
            Matrix invisible = step.minus(step.multiply(keys).multiply(pinv));
            Matrix other = best.plus(invisible);
            assertClose(other.multiply(keys), best.multiply(keys), 1e-12);
            assertThat(cost(other)).isGreaterThan(cost(best));
        }
    }

    @Test
    void isTheLimitOfTheRidgeForm() {
        Matrix exact = ExactUpdate.exact().update(w0, covariance, keys, values).delta();
        double previous = Double.POSITIVE_INFINITY;
        for (double gamma : new double[] {1e-4, 1e-6, 1e-8}) {
            Matrix soft =
                    RidgeUpdate.of(gamma).update(w0, covariance, keys, values).delta();
            double distance = Math.sqrt(soft.minus(exact).gram().trace());
            assertThat(distance).isLessThan(previous / 50);
            previous = distance;
        }
    }

    @Test
    void retrievesOrthonormalKeysWithoutError() {
        Matrix taught = ExactUpdate.exact()
                .update(
                        Matrix.of(new double[6][10]),
                        StreamedKeyCovariance.of(Matrix.identity(10), 1),
                        Matrix.identity(10),
                        w0)
                .appliedTo(Matrix.of(new double[6][10]));
        assertClose(taught, w0, 1e-14);
    }

    @Test
    void acceptsKeysOfVeryDifferentLengths() {
        Matrix scaled = keys.transpose().scaleRows(new double[] {1e-3, 1, 1e3}).transpose();
        Matrix after =
                ExactUpdate.exact().update(w0, covariance, scaled, values).appliedTo(w0);
        assertClose(after.multiply(scaled), values, 1e-6);
    }

    @Test
    void refusesMorePairsThanChannels() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExactUpdate.exact().update(w0, covariance, random(10, 11, 6), random(6, 11, 7)))
                .withMessageContainingAll("11 pairs", "length 10", "RidgeUpdate");
    }

    @Test
    void refusesDependentAndZeroKeys() {
        Matrix dependent = keys.multiply(Matrix.of(3, 3, 1, 0, 1, 0, 1, 2, 0, 0, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExactUpdate.exact().update(w0, covariance, dependent, values))
                .withMessageContainingAll("rank 2", "allowingDependentKeys");
        Matrix zero = keys.multiply(Matrix.of(3, 3, 1, 0, 0, 0, 0, 0, 0, 0, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExactUpdate.exact().allowingDependentKeys().update(w0, covariance, zero, values))
                .withMessageContaining("Key 1 is zero");
    }

    @Test
    void refusesParametersOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExactUpdate.exact().withRidge(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ExactUpdate.exact().pseudoInverse().withRidge(1));
        assertThatIllegalArgumentException().isThrownBy(() -> RidgeUpdate.of(0)).withMessageContaining("ExactUpdate");
        assertThatIllegalArgumentException().isThrownBy(() -> new MemitUpdate(1, 0, MemitUpdate.Spread.LINEAR));
        assertThatIllegalArgumentException().isThrownBy(() -> new EmmetUpdate(1, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> new UceUpdate(keys, 1, 1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> RomeUpdate.exact().update(w0, covariance, keys, values));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AlphaEditUpdate.of(1e-9, 1).update(w0, covariance, keys, values))
                .withMessageContaining("no null space");
    }
}
