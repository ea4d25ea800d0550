package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.Svd;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Measures a change of a weight: rank, energy, relative size. */
final class ChangeFacts {
    private static final double NEGLIGIBLE = 1e-6;

    private ChangeFacts() {}

    /** Of several weights together: the largest rank with its energies, the whole change over all weights. */
    static RewriteReport.Change of(List<WeightDelta> deltas, Map<String, INDArray> weights) {
        int rank = 0;
        double change = 0;
        double size = 0;
        List<Double> energy = List.of();
        for (WeightDelta delta : deltas) {
            INDArray weight = Named.in(weights, delta.weight());
            RewriteReport.Change one = of(delta, weight);
            energy = one.rank() > rank ? one.energy() : energy;
            rank = Math.max(rank, one.rank());
            change += Math.pow(delta.toDense().norm2Number().doubleValue(), 2);
            size += Math.pow(weight.castTo(DataType.DOUBLE).norm2Number().doubleValue(), 2);
        }
        return new RewriteReport.Change(rank, ratio(Math.sqrt(change), Math.sqrt(size)), energy);
    }

    static RewriteReport.Change of(WeightDelta delta, INDArray weight) {
        double[] singular = singularValues(delta);
        double total = 0;
        for (double value : singular) {
            total += value * value;
        }
        List<Double> energy = new ArrayList<>();
        for (double value : singular) {
            if (value > NEGLIGIBLE * singular[0]) {
                energy.add(value * value / total);
            }
        }
        double norm = weight.castTo(DataType.DOUBLE).norm2Number().doubleValue();
        return new RewriteReport.Change(energy.size(), ratio(Math.sqrt(total), norm), energy);
    }

    /** Of the change with its inputs as columns; of few directions by two small decompositions. */
    private static double[] singularValues(WeightDelta delta) {
        if (delta instanceof WeightDelta.LowRank low
                && 2L * low.rank() < low.right().size(1)) {
            Svd amounts = Svd.of(inputsLast(low.left()));
            return Svd.of(amounts.right().scaleRows(amounts.values()).multiply(Matrix.of(low.right())))
                    .values();
        }
        return Svd.of(inputsLast(delta.toDense())).values();
    }

    /** [out, in, height, width] as [out height width, in]. */
    private static Matrix inputsLast(INDArray numbers) {
        long[] s = numbers.shape();
        return Matrix.of(numbers.permute(0, 2, 3, 1).dup('c').reshape(s[0] * s[2] * s[3], s[1]));
    }

    /** Infinite for a change of nothing, and 0 where nothing changes. */
    private static double ratio(double change, double weight) {
        return change == 0 ? 0 : change / weight;
    }
}
