package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.Activation;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.internal.Elements;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A rule seen by the linear stage of a layer: patches u and what W u is to become, one column per cell.
 *
 * <p>From v = a(d g W u + n + b) with the demodulation d frozen at the weights as they are, the goal is
 * (a^-1(v*) - n - b) / (d g). Where the activation is flat, its inverse is the point nearest to the present one.
 *
 * @param patches [in x taps, cells]
 * @param centres keys at the cells themselves [in, cells]; of the same cells where the stage keeps the grid, else empty
 * @param present W u [out, cells]
 * @param wanted goal of W u [out, cells]
 */
record LinearGoals(Matrix patches, Matrix centres, Matrix present, Matrix wanted) {
    static LinearGoals of(LayerForm form, INDArray weight, FeatureShape keyShape, Rule rule) {
        int in = Math.toIntExact(weight.size(1));
        int out = Math.toIntExact(weight.size(0));
        Matrix unfolded = CellChange.unfold(weight);
        double[] bias = doubles(form.bias());
        List<double[]> patches = new ArrayList<>();
        List<double[]> centres = new ArrayList<>();
        List<double[]> present = new ArrayList<>();
        List<double[]> wanted = new ArrayList<>();
        List<InsertionProblem.Pair> pairs = InsertionProblem.pairs(form, rule);
        for (InsertionProblem.Pair pair : pairs) {
            double[] map = doubles(pair.key());
            Box box = pair.box();
            Matrix columns = LinearColumns.of(form.stage(), map, in, keyShape.height(), keyShape.width(), box);
            Matrix outputs = columns.multiply(unfolded);
            double[] gains = gains(form, weight, pair);
            double[] goal = doubles(pair.goal());
            double[] noise = pair.noise() == null ? new double[0] : doubles(pair.noise());
            int gridWidth = (int) pair.goal().size(2);
            int area = (int) pair.goal().size(1) * gridWidth;
            for (int p = 0; p < columns.rows(); p++) {
                int row = box.top() + p / box.width();
                int column = box.left() + p % box.width();
                int cell = row * gridWidth + column;
                double[] now = new double[out];
                double[] then = new double[out];
                for (int o = 0; o < out; o++) {
                    double offset = bias[o] + (noise.length == 0 ? 0 : noise[cell]);
                    now[o] = outputs.get(p, o);
                    double before = gains[o] * now[o] + offset;
                    double after = inverse(form.activation(), goal[o * area + cell], before);
                    then[o] = (after - offset) / gains[o];
                }
                patches.add(row(columns, p));
                centres.add(centre(map, in, keyShape, row, column));
                present.add(now);
                wanted.add(then);
            }
        }
        return new LinearGoals(columns(patches), columns(centres), columns(present), columns(wanted));
    }

    /** a^-1(value); on a flat branch the point nearest to the present one. */
    private static double inverse(Activation activation, double value, double before) {
        if (Math.abs(value) >= activation.clamp()) {
            double edge = inverse(new Activation(activation.slope(), activation.gain()), value, before);
            return value > 0 ? Math.max(before, edge) : Math.min(before, edge);
        }
        if (value > 0) {
            return value / activation.gain();
        }
        return activation.slope() > 0 ? value / activation.gain() / activation.slope() : Math.min(before, 0);
    }

    /** d g per output channel. */
    private static double[] gains(LayerForm form, INDArray weight, InsertionProblem.Pair pair) {
        int out = Math.toIntExact(weight.size(0));
        double[] gains = new double[out];
        Arrays.fill(gains, form.weightGain());
        INDArray styleEnergy = pair.styleEnergy();
        if (styleEnergy == null || form.demodulation().isEmpty()) {
            return gains;
        }
        double epsilon = form.demodulation().get().epsilon();
        double[] energy = doubles(styleEnergy);
        double[] flat = doubles(weight);
        int taps = flat.length / out / energy.length;
        for (int o = 0; o < out; o++) {
            double sum = epsilon;
            for (int j = 0; j < energy.length * taps; j++) {
                double w = form.weightGain() * flat[o * energy.length * taps + j];
                sum += energy[j / taps] * w * w;
            }
            gains[o] /= Math.sqrt(sum);
        }
        return gains;
    }

    private static double[] centre(double[] map, int in, FeatureShape shape, int row, int column) {
        double[] key = new double[in];
        for (int i = 0; i < in && row < shape.height() && column < shape.width(); i++) {
            key[i] = map[(i * shape.height() + row) * shape.width() + column];
        }
        return key;
    }

    private static double[] row(Matrix matrix, int row) {
        return Arrays.copyOfRange(matrix.toRowMajor(), row * matrix.columns(), (row + 1) * matrix.columns());
    }

    private static Matrix columns(List<double[]> vectors) {
        return Matrix.of(vectors.toArray(double[][]::new)).transpose();
    }

    static double[] doubles(INDArray array) {
        return Elements.of(array);
    }
}
