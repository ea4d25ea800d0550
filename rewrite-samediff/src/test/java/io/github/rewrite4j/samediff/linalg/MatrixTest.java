package io.github.rewrite4j.samediff.linalg;

import static io.github.rewrite4j.samediff.Matrices.assertClose;
import static io.github.rewrite4j.samediff.Matrices.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class MatrixTest {
    private final Matrix a = Matrix.of(new double[][] {{1, 2, 3}, {4, 5, 6}});

    @Test
    void multiplies() {
        Matrix b = Matrix.of(3, 1, 1, 0, -1);
        assertThat(a.multiply(b)).isEqualTo(Matrix.column(-2, -2));
        assertThat(a.transposeMultiply(Matrix.column(1, -1))).isEqualTo(Matrix.column(-3, -3, -3));
    }

    @Test
    void gramIsExactlySymmetricAndEqualsTheProduct() {
        Matrix x = random(40, 17, 1);
        Matrix gram = x.gram();
        assertThat(gram).isEqualTo(gram.transpose());
        assertClose(gram, x.transpose().multiply(x), 1e-12);
    }

    @Test
    void readsViewsAndTransposesOfArraysByTheirMeaning() {
        INDArray array = Nd4j.arange(12).castTo(DataType.FLOAT).reshape(3, 4);
        assertThat(Matrix.of(array.transpose()).get(3, 1)).isEqualTo(7);
        assertThat(Matrix.of(array.getRow(1))).isEqualTo(Matrix.column(4, 5, 6, 7));
        assertThat(Matrix.of(array.dup('f')).toArray()).isEqualTo(array.castTo(DataType.DOUBLE));
    }

    @Test
    void sharesNothingWithItsSourcesAndResults() {
        double[] source = {1, 2};
        Matrix column = Matrix.column(source);
        source[0] = 9;
        column.toRowMajor()[1] = 9;
        column.toArray().assign(9);
        assertThat(column).isEqualTo(Matrix.of(2, 1, 1, 2));
    }

    @Test
    void takesRowsScalesAndAdds() {
        assertThat(a.firstRows(1)).isEqualTo(Matrix.of(1, 3, 1, 2, 3));
        assertThat(a.lastRows(1)).isEqualTo(Matrix.of(1, 3, 4, 5, 6));
        assertThat(a.scaleRows(new double[] {2, 0})).isEqualTo(Matrix.of(2, 3, 2, 4, 6, 0, 0, 0));
        assertThat(a.plus(a).minus(a.times(2))).isEqualTo(Matrix.of(2, 3, 0, 0, 0, 0, 0, 0));
        assertThat(Matrix.identity(3).plusDiagonal(1).trace()).isEqualTo(6);
    }

    @Test
    void namesShapesThatDoNotFit() {
        assertThatIllegalArgumentException().isThrownBy(() -> a.multiply(a)).withMessageContaining("2 x 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> a.plus(a.transpose()))
                .withMessageContaining("3 x 2");
        assertThatIllegalArgumentException().isThrownBy(a::trace).withMessageContaining("square");
        assertThatIllegalArgumentException().isThrownBy(() -> Matrix.of(new double[][] {{1}, {1, 2}}));
        assertThatIllegalArgumentException().isThrownBy(() -> Matrix.of(Nd4j.create(2, 2, 2)));
    }

    @Test
    void neverHoldsANumberThatIsNotFinite() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Matrix.of(1, 2, 1, Double.NaN))
                .withMessageContaining("row 0, column 1");
        assertThatIllegalArgumentException().isThrownBy(() -> a.times(1e308).times(10));
    }
}
