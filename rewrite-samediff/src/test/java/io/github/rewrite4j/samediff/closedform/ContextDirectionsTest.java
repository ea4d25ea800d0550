package io.github.rewrite4j.samediff.closedform;

import static io.github.rewrite4j.samediff.Matrices.assertClose;
import static io.github.rewrite4j.samediff.Matrices.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.SingularSystemException;
import io.github.rewrite4j.samediff.GoldenFile;
import io.github.rewrite4j.samediff.closedform.ContextDirections.Method;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.StreamedKeyCovariance;
import io.github.rewrite4j.samediff.linalg.Svd;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.factory.Nd4j;

class ContextDirectionsTest {
    private static final GoldenFile GOLDEN = GoldenFile.open("ref_context");
    private static final KeyCovariance COVARIANCE = StreamedKeyCovariance.of(GOLDEN.matrix("C"), 256_000);

    private static SelectedKeys selection(int images) {
        return SelectedKeys.join(IntStream.range(0, images)
                .mapToObj(i -> SelectedKeys.under(GOLDEN.array("keys." + i), GOLDEN.array("area." + i)))
                .toList());
    }

    private static double smallestCosine(Matrix a, Matrix b) {
        double[] cosines = Svd.of(a.multiply(b.transpose())).values();
        return cosines[cosines.length - 1];
    }

    @ParameterizedTest
    @CsvSource({"f64.mkey1,3,1", "f64.mkey4,3,4", "f64.mkey1_single,1,1"})
    void whitenedDirectionsEqualTheReference(String name, int images, int rank) {
        Matrix directions = ContextDirections.zca().directions(COVARIANCE, selection(images), rank);
        assertClose(directions, GOLDEN.matrix(name), 1e-9);
        assertThat(smallestCosine(directions, GOLDEN.matrix(name.replace("f64", "repo"))))
                .isGreaterThan(1 - 1e-6);
    }

    @ParameterizedTest
    @CsvSource({"1", "3", "12"})
    void directionsThroughTheKeysAreThoseOfWhitening(int rank) {
        SelectedKeys keys = selection(3);
        ContextDirections zca = ContextDirections.zca();
        Matrix dense = zca.directions(COVARIANCE, keys, rank);
        Matrix quick = zca.throughKeys(COVARIANCE, keys, rank);
        for (int i = 0; i < rank; i++) {
            double cosine = 0;
            for (int c = 0; c < dense.columns(); c++) {
                cosine += dense.get(i, c) * quick.get(i, c);
            }
            // The bound of the documentation, far above what is found.
            assertThat(Math.abs(cosine)).as("direction %s", i).isGreaterThan(1 - 1e-9);
        }
        assertThat(smallestCosine(dense, quick)).isGreaterThan(1 - 1e-10);
    }

    @Test
    void keysThatRepeatEachOtherAreRefusedThroughTheKeysToo() {
        Matrix key = random(1, 64, 7);
        SelectedKeys twice = SelectedKeys.of(
                Matrix.of(new double[][] {key.toRowMajor(), key.times(2).toRowMajor()}), 1, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContextDirections.zca().throughKeys(COVARIANCE, twice, 2))
                .withMessageContaining("span only 1 directions");
    }

    @Test
    void theWhiteningMatrixEqualsTheReference() {
        assertClose(Matrix.of(COVARIANCE.whiten()), GOLDEN.matrix("zca_f64"), 1e-11);
    }

    @Test
    void meanAndSvdEqualTheOriginalProgramUpToItsSinglePrecision() {
        SelectedKeys all = selection(3);
        assertClose(
                ContextDirections.by(Method.MEAN).directions(COVARIANCE, all, 1),
                GOLDEN.matrix("repo.mkey_mean"),
                2e-6);
        assertClose(
                ContextDirections.by(Method.MEAN).directions(COVARIANCE, selection(1), 1),
                GOLDEN.matrix("repo.qkey").transpose(),
                4e-6);
        for (int rank : new int[] {1, 4}) {
            Matrix expected = GOLDEN.matrix("repo.mkey_svd" + rank);
            Matrix directions = ContextDirections.by(Method.SVD).directions(COVARIANCE, all, rank);
            for (int r = 0; r < rank; r++) {
                // The original leaves signs of this method as its SVD gives them.
                double product = 0;
                for (int i = 0; i < 64; i++) {
                    product += directions.get(r, i) * expected.get(r, i);
                }
                assertThat(Math.abs(product)).isGreaterThan(1 - 1e-6);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneKeyGivesItsSolvedDirection(Method method) {
        Matrix key = random(1, 64, 3);
        Matrix solved = Matrix.of(COVARIANCE.solve(key.transpose().toArray()));
        Matrix expected = solved.times(1 / Math.sqrt(solved.gram().trace())).transpose();
        assertClose(ContextDirections.by(method).directions(COVARIANCE, SelectedKeys.of(key, 0.4), 1), expected, 1e-11);
    }

    @ParameterizedTest
    @EnumSource(names = {"ZCA", "SVD"})
    void rowsAreOrthonormal(Method method) {
        Matrix directions = ContextDirections.by(method).directions(COVARIANCE, selection(3), 6);
        assertClose(directions.transpose().gram(), Matrix.identity(6), 1e-12);
    }

    @Test
    void takesCellsWithAnyShareOfTheMask() {
        SelectedKeys selected = SelectedKeys.under(
                Nd4j.arange(12).reshape(3, 2, 2), Nd4j.createFromArray(new float[][] {{0, 0.25f}, {0, 1}}));
        assertThat(selected.keys()).isEqualTo(Matrix.of(2, 3, 1, 5, 9, 3, 7, 11));
        assertThat(selected.weights()).containsExactly(0.25, 1);
        assertThat(selection(3).count()).isEqualTo(129);
    }

    @Test
    void refusesMoreDirectionsThanKeysOrChannelsCanGive() {
        ContextDirections zca = ContextDirections.zca();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> zca.directions(COVARIANCE, selection(3), 65))
                .withMessageContaining("64 channels");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> zca.directions(COVARIANCE, selection(1), 42))
                .withMessageContaining("only 41 are selected");
        SelectedKeys key = SelectedKeys.of(random(1, 64, 4), 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> zca.directions(COVARIANCE, SelectedKeys.join(List.of(key, key)), 2))
                .withMessageContaining("span only 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ContextDirections.by(Method.MEAN).directions(COVARIANCE, selection(3), 2))
                .withMessageContaining("one direction");
        assertThatIllegalArgumentException().isThrownBy(() -> zca.directions(COVARIANCE, selection(3), 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> zca.directions(COVARIANCE, SelectedKeys.of(random(2, 5, 1), 1, 1), 1))
                .withMessageContaining("5 channels");
    }

    @Test
    void refusesEmptyAndMisshapenSelections() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SelectedKeys.under(Nd4j.ones(3, 2, 2), Nd4j.zeros(2, 2)))
                .withMessageContaining("no cell");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SelectedKeys.under(Nd4j.ones(3, 2, 2), Nd4j.ones(4, 4)))
                .withMessageContaining("[4, 4]");
        assertThatIllegalArgumentException().isThrownBy(() -> SelectedKeys.join(List.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> SelectedKeys.of(random(2, 5, 1), 1, 0));
    }

    @ParameterizedTest
    @EnumSource
    void singularStatisticsNeedARidge(Method method) {
        KeyCovariance singular = StreamedKeyCovariance.of(random(20, 64, 5).gram(), 20);
        ContextDirections directions = ContextDirections.by(method);
        assertThatExceptionOfType(SingularSystemException.class)
                .isThrownBy(() -> directions.directions(singular, selection(3), 1))
                .satisfies(e -> assertThat(e.rank()).isEqualTo(20));
        Matrix found = directions.withRidge(1e-3).directions(singular, selection(3), 1);
        assertClose(found.transpose().gram(), Matrix.identity(1), 1e-12);
    }
}
