package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.Svd;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Measures a change of a weight: rank, energy, relative size. */
final class ChangeFacts {
    private static final double NEGLIGIBLE = 1e-6;

    private ChangeFacts() {}

    static RewriteReport.Change of(WeightDelta delta, INDArray weight) {
        INDArray dense = delta.toDense();
        long[] s = dense.shape();
        INDArray unfolded = dense.permute(0, 2, 3, 1).dup('c').reshape(s[0] * s[2] * s[3], s[1]);
        double[] singular = Svd.of(Matrix.of(unfolded)).values();
        double total = 0;
        for (double value : singular) {
            total += value * value;
        }
        List<Double> energy = new ArrayList<>();
        for (int i = 0; i < delta.rank() && total > 0; i++) {
            if (singular[i] > NEGLIGIBLE * singular[0]) {
                energy.add(singular[i] * singular[i] / total);
            }
        }
        double norm = weight.castTo(DataType.DOUBLE).norm2Number().doubleValue();
        return new RewriteReport.Change(energy.size(), Math.sqrt(total) / norm, energy);
    }
}
