package io.github.rewrite4j.samediff.closedform;

import static io.github.rewrite4j.samediff.Matrices.assertClose;
import static io.github.rewrite4j.samediff.Matrices.inverse;
import static io.github.rewrite4j.samediff.Matrices.largest;
import static io.github.rewrite4j.samediff.Matrices.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.StreamedKeyCovariance;
import io.github.rewrite4j.samediff.linalg.Svd;
import io.github.rewrite4j.samediff.linalg.SymmetricEigen;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every closed form promises, checked on random weights, statistics and pairs. */
class ClosedFormContractTest {
    private static final int OUT = 7;
    private static final int IN = 12;
    private static final Matrix W0 = random(OUT, IN, 1);
    private static final Matrix SPREAD = random(IN, IN, 2);
    private static final Matrix C = random(90, IN, 3).multiply(SPREAD).gram().times(1 / 90.0);
    private static final StreamedKeyCovariance COVARIANCE = StreamedKeyCovariance.of(C, 90);
    private static final double THRESHOLD = 5;
    private static final Matrix PRESERVED = random(IN, 4, 4);

    /** Projection onto the eigenvectors of C below the threshold, straight from its definition. */
    private static final Matrix NULL = nullProjection();

    private enum Untouched {
        COVARIANCE_ORTHOGONAL,
        ORTHOGONAL,
        OUTSIDE_NULL_SPACE,
        NONE
    }

    /** The formula as it stands in the paper, with explicit inverses, for R, K* -> dW. */
    private interface Formula {
        Matrix delta(Matrix residual, Matrix keys);
    }

    private record Case(String name, ClosedForm form, int pairs, boolean exact, Untouched untouched, Formula formula) {
        @Override
        public String toString() {
            return name + ", " + pairs + " pairs";
        }
    }

    private static Matrix nullProjection() {
        SymmetricEigen eigen = SymmetricEigen.of(C);
        double[] indicator = eigen.values();
        for (int i = 0; i < IN; i++) {
            indicator[i] = indicator[i] < THRESHOLD ? 1 : 0;
        }
        return eigen.vectors().transposeMultiply(eigen.vectors().scaleRows(indicator));
    }

    private static Matrix kkt(Matrix r, Matrix k, Matrix metric) {
        Matrix d = inverse(metric).multiply(k);
        return r.multiply(inverse(k.transposeMultiply(d))).multiply(d.transpose());
    }

    /** R K' (M + K K')^-1. */
    private static Matrix soft(Matrix r, Matrix k, Matrix m) {
        return r.multiply(k.transpose()).multiply(inverse(m.plus(k.multiply(k.transpose()))));
    }

    private static Matrix emmet(Matrix r, Matrix k, double alpha, double lambda) {
        Matrix d = inverse(C.times(alpha)).multiply(k);
        return r.multiply(inverse(k.transposeMultiply(d).plusDiagonal(lambda))).multiply(d.transpose());
    }

    private static Matrix uce(Matrix r, Matrix k, double e, double p, double lambda) {
        Matrix kk = k.multiply(k.transpose()).times(e);
        Matrix kept = PRESERVED.multiply(PRESERVED.transpose()).times(p);
        Matrix values = r.plus(W0.multiply(k));
        Matrix left =
                W0.times(lambda).plus(values.multiply(k.transpose()).times(e)).plus(W0.multiply(kept));
        return left.multiply(inverse(kk.plus(kept).plusDiagonal(lambda))).minus(W0);
    }

    private static Matrix alpha(Matrix r, Matrix k, double lambda, Matrix... earlier) {
        Matrix moments = k.multiply(k.transpose());
        for (Matrix keys : earlier) {
            moments = moments.plus(keys.multiply(keys.transpose()));
        }
        Matrix system = NULL.multiply(moments).plusDiagonal(lambda);
        return inverse(system)
                .multiply(NULL.multiply(k).multiply(r.transpose()))
                .transpose();
    }

    static Stream<Case> forms() {
        Matrix ridged = C.plusDiagonal(0.1 * C.trace() / IN);
        Matrix before = random(IN, 2, 5);
        Untouched orthogonal = Untouched.COVARIANCE_ORTHOGONAL;
        AlphaEditUpdate alphaEdit = AlphaEditUpdate.of(THRESHOLD, 0.3);
        return Stream.of(
                new Case("exact", ExactUpdate.exact(), 1, true, orthogonal, (r, k) -> kkt(r, k, C)),
                new Case("exact", ExactUpdate.exact(), 5, true, orthogonal, (r, k) -> kkt(r, k, C)),
                new Case("exact", ExactUpdate.exact(), IN, true, Untouched.NONE, (r, k) -> kkt(r, k, C)),
                new Case(
                        "exact with ridge",
                        ExactUpdate.exact().withRidge(0.1),
                        5,
                        true,
                        Untouched.NONE,
                        (r, k) -> kkt(r, k, ridged)),
                new Case(
                        "exact for dependent keys",
                        ExactUpdate.exact().allowingDependentKeys(),
                        5,
                        true,
                        orthogonal,
                        (r, k) -> kkt(r, k, C)),
                new Case(
                        "exact by pseudo-inverse",
                        ExactUpdate.exact().pseudoInverse(),
                        5,
                        true,
                        orthogonal,
                        (r, k) -> kkt(r, k, C)),
                new Case("ROME", RomeUpdate.exact(), 1, true, orthogonal, (r, k) -> kkt(r, k, C)),
                new Case("ridge", RidgeUpdate.of(0.7), 1, false, orthogonal, (r, k) -> soft(r, k, C.times(0.7))),
                new Case("ridge", RidgeUpdate.of(0.7), 5, false, orthogonal, (r, k) -> soft(r, k, C.times(0.7))),
                new Case("ridge", RidgeUpdate.of(0.7), 30, false, Untouched.NONE, (r, k) -> soft(r, k, C.times(0.7))),
                new Case(
                        "unit ridge",
                        RidgeUpdate.unit(2),
                        5,
                        false,
                        Untouched.ORTHOGONAL,
                        (r, k) -> soft(r, k, Matrix.identity(IN).times(2))),
                new Case(
                        "unit ridge",
                        RidgeUpdate.unit(2),
                        30,
                        false,
                        Untouched.NONE,
                        (r, k) -> soft(r, k, Matrix.identity(IN).times(2))),
                new Case("MEMIT", MemitUpdate.of(0.2), 5, false, orthogonal, (r, k) -> soft(r, k, C.times(0.2))),
                new Case(
                        "MEMIT, 4 layers left",
                        new MemitUpdate(0.2, 4, MemitUpdate.Spread.LINEAR),
                        5,
                        false,
                        orthogonal,
                        (r, k) -> soft(r.times(0.25), k, C.times(0.2))),
                new Case(
                        "PMET, 4 layers left",
                        new MemitUpdate(0.2, 4, MemitUpdate.Spread.SQUARE_ROOT),
                        5,
                        false,
                        orthogonal,
                        (r, k) -> soft(r.times(0.5), k, C.times(0.2))),
                new Case("EMMET", new EmmetUpdate(3, 0), 5, true, orthogonal, (r, k) -> emmet(r, k, 3, 0)),
                new Case(
                        "EMMET, relaxed", new EmmetUpdate(3, 0.2), 5, false, orthogonal, (r, k) -> emmet(r, k, 3, 0.2)),
                new Case(
                        "UCE",
                        new UceUpdate(PRESERVED, 2, 3, 0.5),
                        5,
                        false,
                        Untouched.NONE,
                        (r, k) -> uce(r, k, 2, 3, 0.5)),
                new Case("AlphaEdit", alphaEdit, 3, false, Untouched.OUTSIDE_NULL_SPACE, (r, k) -> alpha(r, k, 0.3)),
                new Case(
                        "AlphaEdit, second",
                        alphaEdit.after(before).after(PRESERVED),
                        3,
                        false,
                        Untouched.OUTSIDE_NULL_SPACE,
                        (r, k) -> alpha(r, k, 0.3, before, PRESERVED)));
    }

    private static Matrix keys(Case c) {
        return random(IN, c.pairs, 6);
    }

    private static Matrix values(Case c) {
        return random(OUT, c.pairs, 7);
    }

    @ParameterizedTest
    @MethodSource("forms")
    void equalsItsFormulaWithExplicitInverses(Case c) {
        Matrix residual = values(c).minus(W0.multiply(keys(c)));
        Matrix expected = c.formula.delta(residual, keys(c));
        LinearUpdate update = c.form.update(W0, COVARIANCE, keys(c), values(c));
        assertClose(update.delta(), expected, 1e-9 * largest(expected));
        assertClose(update.appliedTo(W0), W0.plus(expected), 1e-9 * largest(expected));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void meetsTheConstraintOrComesCloser(Case c) {
        Matrix wanted = values(c);
        Matrix after =
                c.form.update(W0, COVARIANCE, keys(c), wanted).appliedTo(W0).multiply(keys(c));
        double left = norm(wanted.minus(after));
        double before = norm(wanted.minus(W0.multiply(keys(c))));
        if (c.exact) {
            assertThat(left).isLessThan(1e-8);
        } else {
            assertThat(left).isBetween(1e-6 * before, before);
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void hasAtMostTheRankOfThePairs(Case c) {
        LinearUpdate update = c.form.update(W0, COVARIANCE, keys(c), values(c));
        assertThat(update.lambda().columns()).isEqualTo(c.pairs);
        assertThat(Svd.of(update.delta()).rank(1e-9)).isLessThanOrEqualTo(Math.min(c.pairs, OUT));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void keepsValuesOfKeysThatTheFormLeavesAlone(Case c) {
        Matrix others = random(IN, 3, 8);
        Matrix untouched =
                switch (c.untouched) {
                    case NONE -> null;
                    case ORTHOGONAL -> without(others, keys(c), Matrix.identity(IN));
                    case COVARIANCE_ORTHOGONAL -> without(others, keys(c), inverse(C));
                    case OUTSIDE_NULL_SPACE -> others.minus(NULL.multiply(others));
                };
        Matrix delta = c.form.update(W0, COVARIANCE, keys(c), values(c)).delta();
        if (untouched != null) {
            assertThat(largest(untouched)).isGreaterThan(0.1);
            assertClose(delta.multiply(untouched), Matrix.of(new double[OUT][3]), 1e-8);
        } else {
            assertThat(largest(delta.multiply(others))).isGreaterThan(1e-3);
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void doesNothingWhereTheValuesAreThoseOfTheLayer(Case c) {
        Matrix delta =
                c.form.update(W0, COVARIANCE, keys(c), W0.multiply(keys(c))).delta();
        assertThat(largest(delta)).isLessThan(1e-12);
    }

    @ParameterizedTest
    @MethodSource("forms")
    void directionsDependOnKeysAlone(Case c) {
        Matrix one = c.form.update(W0, COVARIANCE, keys(c), values(c)).directions();
        Matrix two = c.form.update(W0, COVARIANCE, keys(c), values(c).times(-3)).directions();
        assertThat(one).isEqualTo(two);
    }

    @ParameterizedTest
    @MethodSource("forms")
    void namesShapesThatDoNotFit(Case c) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> c.form.update(random(OUT, 5, 1), COVARIANCE, keys(c), values(c)))
                .withMessageContaining("7 x 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> c.form.update(W0, COVARIANCE, random(9, c.pairs, 1), values(c)))
                .withMessageContaining("9 x " + c.pairs);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> c.form.update(W0, COVARIANCE, keys(c), random(8, c.pairs, 1)))
                .withMessageContaining("8 x " + c.pairs);
    }

    private static Matrix without(Matrix others, Matrix keys, Matrix metric) {
        Matrix gram = keys.transposeMultiply(metric.multiply(keys));
        Matrix overlap = keys.transposeMultiply(metric.multiply(others));
        return others.minus(keys.multiply(inverse(gram).multiply(overlap)));
    }

    private static double norm(Matrix matrix) {
        return Math.sqrt(matrix.gram().trace());
    }
}
