package io.github.rewrite4j.samediff.linalg;

import static io.github.rewrite4j.samediff.Matrices.assertClose;
import static io.github.rewrite4j.samediff.Matrices.inverse;
import static io.github.rewrite4j.samediff.Matrices.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.SingularSystemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecompositionsTest {
    private final Matrix definite = random(60, 20, 2).gram();

    @Test
    void choleskySolvesLikeAnInverseFromAnotherLibrary() {
        Matrix rhs = random(20, 3, 3);
        Matrix before = Matrix.of(20, 20, definite.toRowMajor());
        assertClose(Cholesky.of(definite, "It").solve(rhs), inverse(definite).multiply(rhs), 1e-12);
        assertThat(definite).isEqualTo(before);
    }

    @Test
    void choleskyRefusesAMatrixThatIsSingularUpToRounding() {
        Matrix singular = random(7, 20, 4).gram();
        assertThatExceptionOfType(SingularSystemException.class)
                .isThrownBy(() -> Cholesky.of(singular, "This matrix"))
                .withMessageStartingWith("This matrix is singular: rank 7 of 20")
                .satisfies(e -> {
                    assertThat(e.rank()).isEqualTo(7);
                    Matrix healed = singular.plusDiagonal(e.suggestedRidge());
                    assertThat(SymmetricEigen.of(healed).conditionNumber()).isBetween(1e7, 1.01e8);
                    assertThat(e.suggestedRelativeRidge() * singular.trace() / 20)
                            .isCloseTo(e.suggestedRidge(), within(1e-20));
                });
    }

    @Test
    void choleskyRefusesAnIndefiniteMatrix() {
        Matrix indefinite = Matrix.of(2, 2, 1, 2, 2, 1);
        assertThatExceptionOfType(SingularSystemException.class)
                .isThrownBy(() -> Cholesky.of(indefinite, "It"))
                .satisfies(e -> Cholesky.of(indefinite.plusDiagonal(e.suggestedRidge()), "Healed"));
    }

    @Test
    void choleskyAcceptsABadlyConditionedButRegularMatrix() {
        Matrix bad = Matrix.identity(2).scaleRows(new double[] {1, 1e-13});
        assertClose(Cholesky.of(bad, "It").solve(Matrix.column(1, 1)).times(1e-13), Matrix.column(1e-13, 1), 1e-12);
    }

    @Test
    void eigenvectorsRebuildTheMatrixLargestFirst() {
        SymmetricEigen eigen = SymmetricEigen.of(definite);
        Matrix v = eigen.vectors();
        assertThat(eigen.values()).isSortedAccordingTo((x, y) -> Double.compare(y, x));
        assertClose(v.multiply(v.transpose()), Matrix.identity(20), 1e-13);
        assertClose(v.transposeMultiply(v.scaleRows(eigen.values())), definite, 1e-11);
        assertThat(eigen.rank()).isEqualTo(20);
    }

    @Test
    void singularVectorsRebuildTallAndWideMatrices() {
        for (Matrix a : new Matrix[] {random(9, 4, 5), random(4, 9, 6), random(5, 1, 7)}) {
            Svd svd = Svd.of(a);
            assertClose(svd.left().multiply(svd.right().scaleRows(svd.values())), a, 1e-13);
            assertClose(svd.left().gram(), Matrix.identity(svd.values().length), 1e-13);
            assertClose(svd.right().transpose().gram(), Matrix.identity(svd.values().length), 1e-13);
        }
    }

    /** LAPACK's blocked forms are silently wrong on some processors from these sizes on. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 31, 32, 33, 65, 130, 260})
    void everyDecompositionIsRightAtEverySize(int n) {
        Matrix a = random(2 * n + 1, n, n);
        Matrix c = a.gram().times(1.0 / n);
        Matrix x = random(n, 3, 11);
        assertClose(c.multiply(Cholesky.of(c, "It").solve(x)), x, 1e-11);
        assertClose(
                c.multiply(Cholesky.of(c, "It").solve(x.multiply(random(3, 70, 1)))),
                x.multiply(random(3, 70, 1)),
                1e-10);
        Matrix v = SymmetricEigen.of(c).vectors();
        assertClose(v.transposeMultiply(v.scaleRows(SymmetricEigen.of(c).values())), c, 1e-12);
        Svd svd = Svd.of(a);
        assertClose(svd.left().multiply(svd.right().scaleRows(svd.values())), a, 1e-12);
        assertClose(svd.left().gram(), Matrix.identity(n), 1e-13);
        assertClose(Qr.orthonormalColumns(a).gram(), Matrix.identity(n), 1e-13);
    }

    @Test
    void aLibraryThatComputesWrongNumbersIsNoticed() {
        Matrix probe = OpenBlas.probe(5);
        assertThatExceptionOfType(RewriteException.class)
                .isThrownBy(() -> OpenBlas.requireAgreement("eigenvalues", probe, probe.times(1.001), 1))
                .withMessageContainingAll("wrong eigenvalues", "OPENBLAS_CORETYPE=Haswell");
        OpenBlas.requireAgreement("eigenvalues", probe, probe.times(1 + 1e-14), 1);
    }

    @Test
    void pseudoInverseSolvesAlsoWithoutFullRank() {
        Matrix a = random(8, 3, 8).multiply(random(3, 6, 9));
        Svd svd = Svd.of(a);
        Matrix inverse = svd.pseudoInverse(1e-10);
        assertThat(svd.rank(1e-10)).isEqualTo(3);
        assertClose(a.multiply(inverse).multiply(a), a, 1e-12);
        assertClose(inverse.multiply(a).multiply(inverse), inverse, 1e-12);
        assertClose(a.multiply(inverse), a.multiply(inverse).transpose(), 1e-12);
    }

    @Test
    void orthonormalColumnsSpanTheSameColumns() {
        Matrix a = random(10, 4, 10);
        Matrix q = Qr.orthonormalColumns(a);
        assertClose(q.gram(), Matrix.identity(4), 1e-14);
        assertClose(q.multiply(q.transposeMultiply(a)), a, 1e-13);
        assertThatIllegalArgumentException().isThrownBy(() -> Qr.orthonormalColumns(a.transpose()));
    }

    @Test
    void aMissingNativeLibraryIsNamed() {
        assertThatExceptionOfType(RewriteException.class)
                .isThrownBy(() -> OpenBlas.lapack("dpotrf", () -> {
                    throw new UnsatisfiedLinkError("no jniopenblas");
                }))
                .withMessageContaining("org.bytedeco:openblas")
                .withMessageContaining("org.nd4j:nd4j-native")
                .withCauseInstanceOf(UnsatisfiedLinkError.class);
    }
}
