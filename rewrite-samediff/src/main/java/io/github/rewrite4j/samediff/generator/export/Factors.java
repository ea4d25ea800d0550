package io.github.rewrite4j.samediff.generator.export;

import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.WeightShape;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.Svd;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Splits changes of weights into factors by singular value decomposition, in float64. */
final class Factors {
    private Factors() {}

    /**
     * A change in the unfolding of patches, [out kh kw, in]: low-rank where that is exact up to the noise and smaller,
     * otherwise dense.
     *
     * @param change [out, in, kh, kw]
     * @param noise largest rounding error of a single number of the change
     */
    static WeightDelta delta(String weight, INDArray change, double noise) {
        WeightShape shape = WeightShape.of(change.shape());
        int rows = shape.out() * shape.kernelHeight() * shape.kernelWidth();
        INDArray unfolded =
                change.castTo(DataType.DOUBLE).permute(0, 2, 3, 1).dup('c').reshape(rows, shape.in());
        Svd svd = Svd.of(Matrix.of(unfolded));
        double[] values = svd.values();
        // The norm of a matrix of independent errors of at most this size is below noise (sqrt m + sqrt n).
        double threshold = Math.max(noise * (Math.sqrt(rows) + Math.sqrt(shape.in())), values[0] * 1e-9);
        int rank = 0;
        while (rank < values.length && values[rank] > threshold) {
            rank++;
        }
        rank = Math.max(1, rank);
        if ((long) rank * (rows + shape.in()) >= shape.size()) {
            return new WeightDelta.Dense(weight, change);
        }
        INDArray left = svd.left()
                .transpose()
                .firstRows(rank)
                .scaleRows(java.util.Arrays.copyOf(values, rank))
                .transpose()
                .toArray()
                .dup('c')
                .reshape(shape.out(), shape.kernelHeight(), shape.kernelWidth(), rank)
                .permute(0, 3, 1, 2)
                .dup('c');
        INDArray right = svd.right().firstRows(rank).toArray().dup('c');
        return new WeightDelta.LowRank(weight, left.castTo(DataType.FLOAT), right.castTo(DataType.FLOAT));
    }

    /**
     * A pair of factors, up [out, rank, 1, 1] and down [rank, in, kh, kw], whose product is a change.
     *
     * @param up columns of U sqrt(S)
     * @param down rows of sqrt(S) V'
     */
    record Pair(INDArray up, INDArray down) {
        Pair {
            up = up.dup('c');
            down = down.dup('c');
        }

        @Override
        public INDArray up() {
            return up.dup('c');
        }

        @Override
        public INDArray down() {
            return down.dup('c');
        }

        int rank() {
            return Math.toIntExact(down.size(0));
        }
    }

    /** A change unfolded as [out, in kh kw] and split evenly; exact up to rounding to float32. */
    static Pair pair(INDArray change) {
        WeightShape shape = WeightShape.of(change.shape());
        int columns = shape.in() * shape.kernelHeight() * shape.kernelWidth();
        INDArray unfolded = change.castTo(DataType.DOUBLE).dup('c').reshape(shape.out(), columns);
        Svd svd = Svd.of(Matrix.of(unfolded));
        int rank = Math.max(1, svd.rank(1e-9));
        double[] roots = svd.values();
        double[] half = new double[rank];
        for (int i = 0; i < rank; i++) {
            half[i] = Math.sqrt(roots[i]);
        }
        INDArray up = svd.left()
                .transpose()
                .firstRows(rank)
                .scaleRows(half)
                .transpose()
                .toArray()
                .dup('c')
                .reshape(shape.out(), rank, 1, 1);
        INDArray down = svd.right()
                .firstRows(rank)
                .scaleRows(half)
                .toArray()
                .dup('c')
                .reshape(rank, shape.in(), shape.kernelHeight(), shape.kernelWidth());
        return new Pair(up.castTo(DataType.FLOAT), down.castTo(DataType.FLOAT));
    }
}
