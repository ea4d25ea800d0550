package com.example.toy;

import io.github.rewrite4j.stats.KeyCovariance;
import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The mean of k k' in plain Java. */
record ToyCovariance(RealMatrix sum, long count) implements KeyCovariance {
    static ToyCovariance none(int dimension) {
        return new ToyCovariance(new Array2DRowRealMatrix(dimension, dimension), 0);
    }

    ToyCovariance plus(Maps keys) {
        RealMatrix more = sum.copy();
        double[][] products = keys.gradient(keys);
        more = more.add(new Array2DRowRealMatrix(products));
        return new ToyCovariance(more, count + (long) keys.samples() * Maps.POSITIONS);
    }

    private RealMatrix mean() {
        return sum.scalarMultiply(1.0 / count);
    }

    @Override
    public int dimension() {
        return sum.getRowDimension();
    }

    @Override
    public INDArray matrix() {
        return Nd4j.create(mean().getData());
    }

    @Override
    public KeyCovariance merge(KeyCovariance other) {
        RealMatrix theirs = new Array2DRowRealMatrix(other.matrix().toDoubleMatrix());
        return new ToyCovariance(sum.add(theirs.scalarMultiply((double) other.count())), count + other.count());
    }

    private RealMatrix ridged(double ridge) {
        return mean().add(MatrixUtils.createRealIdentityMatrix(dimension())
                .scalarMultiply(ridge * mean().getTrace() / dimension()));
    }

    @Override
    public INDArray solve(INDArray rhs, double ridge) {
        RealMatrix right = new Array2DRowRealMatrix(rhs.toDoubleMatrix());
        return Nd4j.create(
                new LUDecomposition(ridged(ridge)).getSolver().solve(right).getData());
    }

    @Override
    public INDArray whiten(double ridge) {
        return Nd4j.create(
                new EigenDecomposition(ridged(ridge)).getSolver().getInverse().getData());
    }

    @Override
    public double[] eigenvalues() {
        return new EigenDecomposition(mean()).getRealEigenvalues();
    }

    @Override
    public double conditionNumber() {
        double[] values = eigenvalues();
        return Arrays.stream(values).max().orElseThrow()
                / Arrays.stream(values).min().orElseThrow();
    }

    @Override
    public double effectiveRank() {
        double trace = mean().getTrace();
        return trace * trace / Arrays.stream(eigenvalues()).map(x -> x * x).sum();
    }

    @Override
    public int rank() {
        double largest = Arrays.stream(eigenvalues()).max().orElseThrow();
        return (int)
                Arrays.stream(eigenvalues()).filter(x -> x > 1e-12 * largest).count();
    }
}
