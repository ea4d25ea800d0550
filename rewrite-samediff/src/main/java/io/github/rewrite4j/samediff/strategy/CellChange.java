package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.internal.Elements;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a change of the weight does to the linear stage of a layer at one cell.
 *
 * @param usual |W k|
 * @param changed |dW k|
 */
record CellChange(double usual, double changed) {
    /** |dW k| / |W k|; 0 where W k = 0, since there the key is silent. */
    double share() {
        return usual > 0 ? changed / usual : 0;
    }

    /** A weight [out, in, kh, kw] as [in x taps, out], to be multiplied by {@link LinearColumns}. */
    static Matrix unfold(INDArray weight) {
        int out = Math.toIntExact(weight.size(0));
        double[] flat = Elements.of(weight);
        return Matrix.of(out, flat.length / out, flat).transpose();
    }

    /** One for each row of the two outputs [cells, out]. */
    static List<CellChange> between(Matrix usual, Matrix changed) {
        double[] a = usual.toRowMajor();
        double[] b = changed.toRowMajor();
        int out = usual.columns();
        List<CellChange> cells = new ArrayList<>();
        for (int p = 0; p < usual.rows(); p++) {
            cells.add(new CellChange(norm(a, p * out, out), norm(b, p * out, out)));
        }
        return cells;
    }

    private static double norm(double[] values, int start, int length) {
        double sum = 0;
        for (int i = start; i < start + length; i++) {
            sum += values[i] * values[i];
        }
        return Math.sqrt(sum);
    }
}
