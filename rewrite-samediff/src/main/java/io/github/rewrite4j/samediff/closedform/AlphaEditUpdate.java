package io.github.rewrite4j.samediff.closedform;

import io.github.rewrite4j.samediff.linalg.Cholesky;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.SymmetricEigen;
import io.github.rewrite4j.stats.KeyCovariance;
import org.jspecify.annotations.Nullable;

/**
 * Edits only where the layer has hardly met a key: the change is projected onto the null space of C.
 *
 * <p>Fang et al., "AlphaEdit: Null-Space Constrained Knowledge Editing" (2025). With P the projection onto
 * eigenvectors of C whose eigenvalues are below a threshold, and Kc the keys of earlier edits,
 * {@code dW' = (P (K* K*' + Kc Kc') + lambda I)^-1 P K* R'}, {@code R = V* - W0 K*}. Keys without a part in the null
 * space keep their values exactly. Solved in coordinates of the null space, where the system is symmetric and positive
 * definite.
 *
 * <p>Edits in sequence: {@code form.after(keys)} is the form for the next edit, which also protects these keys.
 */
public final class AlphaEditUpdate implements ClosedForm {
    private final double threshold;
    private final double lambda;
    private final @Nullable Matrix earlier;

    private AlphaEditUpdate(double threshold, double lambda, @Nullable Matrix earlier) {
        this.threshold = Pairs.requirePositive(threshold, "eigenvalue threshold of the null space");
        this.lambda = Pairs.requirePositive(lambda, "regularisation lambda");
        this.earlier = earlier;
    }

    /**
     * A first edit.
     *
     * @param threshold eigenvalues of C below it count as null, an absolute number; the paper uses 0.02
     * @param lambda weight of the size of the change, positive
     */
    public static AlphaEditUpdate of(double threshold, double lambda) {
        return new AlphaEditUpdate(threshold, lambda, null);
    }

    /**
     * The form for the edit after one with these keys [in, S]; what came before stays protected too. O(in^2) memory.
     */
    public AlphaEditUpdate after(Matrix keys) {
        Matrix moment = keys.transpose().gram();
        return new AlphaEditUpdate(threshold, lambda, earlier == null ? moment : earlier.plus(moment));
    }

    /** P [in, in]. */
    public Matrix projection(KeyCovariance covariance) {
        return nullSpace(covariance).gram();
    }

    @Override
    public LinearUpdate update(Matrix weights, KeyCovariance covariance, Matrix keys, Matrix values) {
        Pairs pairs = new Pairs(weights, covariance, keys, values);
        Matrix basis = nullSpace(covariance);
        Matrix coordinates = basis.multiply(keys);
        Matrix system = coordinates.transpose().gram();
        if (earlier != null) {
            if (earlier.rows() != pairs.inputs()) {
                throw new IllegalArgumentException("Earlier edits had keys of length " + earlier.rows()
                        + ", this one of " + pairs.inputs() + "; start anew for another layer.");
            }
            system = system.plus(basis.multiply(earlier).multiply(basis.transpose()));
        }
        Matrix solved = Cholesky.of(system.plusDiagonal(lambda), "The second moment of edited keys in the null space")
                .solve(coordinates);
        return new LinearUpdate(pairs.residual(), solved.transposeMultiply(basis));
    }

    /** Orthonormal rows that span the null space. */
    private Matrix nullSpace(KeyCovariance covariance) {
        SymmetricEigen eigen = SymmetricEigen.of(Matrix.of(covariance.matrix()));
        double[] values = eigen.values();
        int kept = 0;
        while (kept < values.length && values[kept] >= threshold) {
            kept++;
        }
        if (kept == values.length) {
            throw new IllegalArgumentException("No eigenvalue of the key covariance is below " + threshold
                    + ", so there is no null space to edit in; the smallest is " + values[values.length - 1]
                    + ". Raise the threshold, or use RidgeUpdate.");
        }
        return eigen.vectors().lastRows(values.length - kept);
    }
}
