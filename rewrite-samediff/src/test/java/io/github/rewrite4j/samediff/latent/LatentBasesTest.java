package io.github.rewrite4j.samediff.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.latent.LatentSamples;
import io.github.rewrite4j.latent.LatentSpace;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Matrices;
import io.github.rewrite4j.samediff.linalg.Matrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;

class LatentBasesTest {
    private static final int D = 6;
    private static final ToyNetwork TOY = new ToyNetwork(Matrices.random(12, D, 5));

    private static RealMatrix commons(Matrix matrix) {
        double[][] rows = new double[matrix.rows()][matrix.columns()];
        for (int i = 0; i < matrix.rows(); i++) {
            for (int j = 0; j < matrix.columns(); j++) {
                rows[i][j] = matrix.get(i, j);
            }
        }
        return MatrixUtils.createRealMatrix(rows);
    }

    private static double[] largestPositive(double[] direction) {
        double largest = 0;
        for (double component : direction) {
            largest = Math.abs(component) > Math.abs(largest) ? component : largest;
        }
        double[] turned = direction.clone();
        for (int i = 0; i < turned.length; i++) {
            turned[i] *= Math.signum(largest);
        }
        return turned;
    }

    private static void assertSingular(LatentBasis basis, Matrix stack) {
        SingularValueDecomposition svd = new SingularValueDecomposition(commons(stack));
        for (int i = 0; i < basis.size(); i++) {
            assertThat(basis.strength(i)).isCloseTo(svd.getSingularValues()[i], within(1e-9 * basis.strength(0)));
            assertThat(basis.direction(i))
                    .containsExactly(largestPositive(svd.getV().getColumn(i)), within(1e-7));
        }
    }

    @Test
    void singularDirectionsAreThoseOfTheStackedMapsByAnotherLibrary() {
        LatentBasis basis = LatentBases.svd(TOY);
        Matrix map = TOY.map();
        double[] stacked = new double[14 * D];
        System.arraycopy(map.firstRows(5).toRowMajor(), 0, stacked, 0, 5 * D);
        System.arraycopy(map.firstRows(2).toRowMajor(), 0, stacked, 5 * D, 2 * D);
        System.arraycopy(map.lastRows(7).toRowMajor(), 0, stacked, 7 * D, 7 * D);
        assertSingular(basis, Matrix.of(14, D, stacked));
        assertThat(basis.generator()).isEqualTo("toy-fingerprint");
        assertThat(basis.method())
                .isEqualTo("singular directions of what reads z: first [5, 6], colour [2, 6], second [7, 6]");
        assertThat(basis.size()).isEqualTo(D);
    }

    @Test
    void ofAPretrainedGeneratorAllConvolutionsCount() {
        try (Generator avatars = Avatars.load()) {
            LatentNetwork network = LatentNetwork.of(avatars);
            ReaderStack stack = ReaderStack.faithful(network);
            assertThat(stack.readers()).hasSameSizeAs(network.readers());
            LatentBasis basis = LatentBases.svd(network);
            assertSingular(basis, stack.matrix());
            assertThat(basis.generator()).isEqualTo(avatars.spec().fingerprint());
            assertThat(LatentBases.svd(network).directions()).isDeepEqualTo(basis.directions());
        }
    }

    @Test
    void layersCanBeChosenAndRowsScaled() {
        ReaderStack all = ReaderStack.all(TOY);
        assertThat(all.matrix().shape()).isEqualTo("15 x 6");
        assertThat(all.where(reader -> reader.kind() == LatentReader.Kind.CONVOLUTION)
                        .readers())
                .extracting(LatentReader::name)
                .containsExactly("first", "second");
        Matrix unit = ReaderStack.named(TOY, "second").withUnitRows().matrix();
        assertSingular(LatentBases.svd(TOY, ReaderStack.named(TOY, "second").withUnitRows()), unit);
        for (int row = 0; row < unit.rows(); row++) {
            double squares = 0;
            for (int column = 0; column < D; column++) {
                squares += unit.get(row, column) * unit.get(row, column);
            }
            assertThat(squares).isCloseTo(1, within(1e-12));
        }
        assertThat(ReaderStack.named(TOY, "second").withUnitRows()).hasToString("unit rows of second [7, 6]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReaderStack.named(TOY, "secnd"))
                .withMessageContainingAll("secnd", "second");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> all.where(reader -> false))
                .withMessageContaining("at least one");
    }

    @Test
    void fewerRowsThanDimensionsLeaveDirectionsOfStrengthZero() {
        LatentBasis basis = LatentBases.svd(TOY, ReaderStack.named(TOY, "colour"));
        assertThat(basis.size()).isEqualTo(D);
        assertThat(basis.strength(1)).isPositive();
        assertThat(basis.strength(2)).isZero();
        double[] read = commons(TOY.map().firstRows(2)).operate(basis.direction(5));
        assertThat(read).containsExactly(new double[2], within(1e-12));
    }

    @Test
    void principalDirectionsAreThoseOfTheCovarianceByAnotherLibrary() {
        double[][] rows = new double[300][D];
        float[][] samples = LatentSamples.firstRows(300, D, 8);
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < D; j++) {
                rows[i][j] = samples[i][j];
            }
        }
        RealMatrix latents = MatrixUtils.createRealMatrix(rows);
        EigenDecomposition eigen =
                new EigenDecomposition(latents.transpose().multiply(latents).scalarMultiply(1.0 / 300));
        LatentBasis basis = LatentBases.principal(TOY, 300, 8, RewriteListener.SILENT);
        for (int i = 0; i < D; i++) {
            assertThat(basis.strength(i)).isCloseTo(Math.sqrt(eigen.getRealEigenvalue(i)), within(1e-9));
            assertThat(basis.direction(i))
                    .containsExactly(largestPositive(eigen.getEigenvector(i).toArray()), within(1e-7));
        }
        assertThat(basis.method()).contains("300 samples of seed 8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LatentBases.principal(TOY, 5, 8, RewriteListener.SILENT))
                .withMessageContainingAll("5", "at least 6");
    }

    /** For a linear network the estimate has a known goal: the singular directions of its map. */
    @Test
    void theJacobiansDirectionsOfALinearNetworkAreItsSingularOnes() {
        double[] scaled = TOY.map().toRowMajor();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= Math.pow(0.4, i % D);
        }
        ToyNetwork graded = new ToyNetwork(Matrix.of(12, D, scaled));
        SingularValueDecomposition svd = new SingularValueDecomposition(commons(graded.map()));
        LatentBasis basis = LatentBases.jacobian(graded, 500, 8, 3, RewriteListener.SILENT);
        for (int i = 0; i < D; i++) {
            assertThat(basis.strength(i))
                    .isCloseTo(svd.getSingularValues()[i], within(0.05 * svd.getSingularValues()[i]));
            double aligned = 0;
            for (int j = 0; j < D; j++) {
                aligned += basis.direction(i)[j] * svd.getV().getEntry(j, i);
            }
            assertThat(Math.abs(aligned)).isGreaterThan(0.995);
        }
        assertThat(LatentBases.jacobian(graded, 500, 8, 3, RewriteListener.SILENT)
                        .directions())
                .isDeepEqualTo(basis.directions());
    }

    @Test
    void theJacobianNeedsMorePassesThanDimensionsAndCanBeCancelled() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LatentBases.jacobian(TOY, 11, 1, 3, RewriteListener.SILENT))
                .withMessageContainingAll("11", "at least 12", "dormant");
        assertThatThrownBy(() -> LatentBases.jacobian(
                        TOY, 64, 4, 3, progress -> !progress.stage().text().equals("images")))
                .isInstanceOf(RewriteCancelledException.class);
    }

    @Test
    void aSpaceIsMeasuredAboutTheStoredMeanOrTheSamples() {
        LatentSpace stored = LatentSpaces.of(TOY);
        assertThat(stored.mean()).containsOnly(0);
        assertThat(stored.spread()).isCloseTo(Math.sqrt(D), within(0.05));
        assertThat(stored.sampler()).isEqualTo("toy-gaussian");
        assertThat(stored.samples()).isEqualTo(4096);
        LatentSpace own = LatentSpaces.aboutSampleMean(TOY, 200, 4, RewriteListener.SILENT);
        double[] sums = new double[D];
        for (float[] row : LatentSamples.firstRows(200, D, 4)) {
            for (int j = 0; j < D; j++) {
                sums[j] += row[j] / 200;
            }
        }
        assertThat(own.mean()).containsExactly(sums, within(1e-6));
        assertThat(own.spread())
                .isLessThan(LatentSpaces.of(TOY, 200, 4, RewriteListener.SILENT).spread());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LatentSpaces.of(TOY, 0, 1, RewriteListener.SILENT))
                .withMessageContaining("at least one");
    }
}
