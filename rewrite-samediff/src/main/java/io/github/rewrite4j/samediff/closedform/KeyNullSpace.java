package io.github.rewrite4j.samediff.closedform;

import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.StreamedKeyCovariance;
import io.github.rewrite4j.samediff.linalg.SymmetricEigen;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.Objects;

/**
 * The directions of key space in which given keys have no part. A change {@code Lambda D} whose rows of D lie in it gives
 * those keys exactly the values that they had: {@code (W + Lambda D) k = W k}. So a rule is written after others without taking
 * anything from the keys that they answer.
 *
 * <p>With N the orthonormal rows that span it, the best change that keeps the keys is found in its coordinates: the form that
 * minimises {@code |R - dW K|^2 + gamma tr(dW C dW')} subject to {@code dW Ke = 0} is that of the keys {@code N K} under the
 * second moment {@code N C N'}, times N. Not the same as projecting an update afterwards, which keeps Ke too but answers K less
 * well. The idea is that of AlphaEdit (Fang et al. 2025), which takes the null space of the second moment of everything stored
 * ({@link AlphaEditUpdate}); here it is that of named keys, those of earlier rules.
 *
 * <p>A layer has a finite room: keys of length d that span s directions leave d - s, which bounds the rank of all later
 * changes, and keys inside their span cannot be given another value at all. Where earlier rules act on many cells, their keys
 * span everything; {@link #ofMost} then keeps the directions in which they are largest, which leaves them nearly what they were.
 * Immutable. Costs O(d^2 S + d^3) once.
 */
public final class KeyNullSpace {
    /** Of the length of a key: less is what float32 keys differ by from themselves. */
    private static final double INSIDE = 1e-6;

    private final Matrix basis;

    private KeyNullSpace(Matrix basis) {
        this.basis = basis;
    }

    /**
     * Of all these keys, up to rounding: whatever is changed in it, each of them keeps its value.
     *
     * @param keys Ke [d, S], one key per column
     * @throws IllegalArgumentException when they span all of key space
     */
    public static KeyNullSpace of(Matrix keys) {
        Objects.requireNonNull(keys, "keys");
        SymmetricEigen eigen = SymmetricEigen.of(keys.transpose().gram());
        return leaving(eigen, eigen.rank());
    }

    /**
     * Of the fewest principal directions that hold this share of {@code sum |k|^2}.
     *
     * @param keys Ke [d, S], one key per column
     * @param share from 0, which keeps nothing, to below 1
     * @throws IllegalArgumentException when those directions are all there are
     */
    public static KeyNullSpace ofMost(Matrix keys, double share) {
        Objects.requireNonNull(keys, "keys");
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException("The share of earlier keys that is kept lies between 0 and 1, but was "
                    + share + "; KeyNullSpace.of(keys) keeps all of them.");
        }
        SymmetricEigen eigen = SymmetricEigen.of(keys.transpose().gram());
        double[] values = eigen.values();
        double all = 0;
        for (double value : values) {
            all += Math.max(0, value);
        }
        double held = 0;
        int taken = 0;
        while (taken < values.length && held < share * all) {
            held += Math.max(0, values[taken]);
            taken++;
        }
        return leaving(eigen, taken);
    }

    private static KeyNullSpace leaving(SymmetricEigen eigen, int taken) {
        int dimension = eigen.values().length;
        if (taken == dimension) {
            throw new IllegalArgumentException("The keys to keep span all " + dimension
                    + " directions of this layer's keys, so that no change leaves all of them alone. Keep most of them,"
                    + " with KeyNullSpace.ofMost(keys, 0.9), or write the rule into another layer.");
        }
        return new KeyNullSpace(eigen.vectors().lastRows(dimension - taken));
    }

    /** Length d of a key. */
    public int dimension() {
        return basis.columns();
    }

    /** Directions that are left: the largest rank of a change in it. */
    public int room() {
        return basis.rows();
    }

    /** N [room, d] with orthonormal rows. */
    public Matrix basis() {
        return basis;
    }

    /** The part of directions [n, d] that lies in it. */
    public Matrix projected(Matrix directions) {
        Objects.requireNonNull(directions, "directions");
        return directions.multiply(basis.transpose()).multiply(basis);
    }

    /** Second moment of what is seen in it, {@code N C N'}. */
    public KeyCovariance seen(KeyCovariance covariance) {
        Objects.requireNonNull(covariance, "covariance");
        requireLength(covariance.dimension());
        Matrix seen = basis.multiply(Matrix.of(covariance.matrix())).multiply(basis.transpose());
        return StreamedKeyCovariance.of(seen, covariance.count());
    }

    /** Directions of a context in it, [rank, d] with orthonormal rows; see {@link ContextDirections#directions}. */
    public Matrix directions(ContextDirections by, KeyCovariance covariance, SelectedKeys context, int rank) {
        Objects.requireNonNull(by, "by");
        Objects.requireNonNull(covariance, "covariance");
        Objects.requireNonNull(context, "context");
        if (rank > room()) {
            throw new IllegalArgumentException(
                    "Rank " + rank + " does not fit beside the keys that are kept: they leave " + room() + " of "
                            + dimension() + " directions. Lower the rank, or keep less of them.");
        }
        requireLength(context.channels());
        SelectedKeys seen = SelectedKeys.of(context.keys().multiply(basis.transpose()), context.weights());
        return by.directions(seen(covariance), seen, rank).multiply(basis);
    }

    /**
     * A form whose updates leave the keys their values.
     *
     * <p>It refuses pairs whose key lies in the span of those that are kept: their value is decided already.
     */
    public ClosedForm keeping(ClosedForm form) {
        Objects.requireNonNull(form, "form");
        return new Keeping(this, form);
    }

    private void requireLength(int length) {
        if (length != dimension()) {
            throw new IllegalArgumentException("The keys that are kept have length " + dimension() + ", these " + length
                    + "; take both at one layer.");
        }
    }

    /** In coordinates of the null space, where W0 K is counted in already: a form only needs what is wrong today. */
    private record Keeping(KeyNullSpace space, ClosedForm form) implements ClosedForm {
        @Override
        public LinearUpdate update(Matrix weights, KeyCovariance covariance, Matrix keys, Matrix values) {
            Pairs pairs = new Pairs(weights, covariance, keys, values);
            space.requireLength(pairs.inputs());
            Matrix seen = space.basis.multiply(keys);
            requireOutside(keys, seen);
            Matrix none = Matrix.of(weights.rows(), space.room(), new double[weights.rows() * space.room()]);
            LinearUpdate update = form.update(none, space.seen(covariance), seen, pairs.residual());
            return new LinearUpdate(update.lambda(), update.directions().multiply(space.basis));
        }

        private void requireOutside(Matrix keys, Matrix seen) {
            for (int s = 0; s < keys.columns(); s++) {
                double whole = squares(keys, s);
                if (whole > 0 && squares(seen, s) < INSIDE * INSIDE * whole) {
                    throw new IllegalArgumentException("Key " + s + " is a combination of the keys that are kept, so"
                            + " its value is theirs and cannot be chosen; leave it out, or keep less of them with"
                            + " KeyNullSpace.ofMost.");
                }
            }
        }

        private static double squares(Matrix matrix, int column) {
            double squares = 0;
            for (int i = 0; i < matrix.rows(); i++) {
                squares += matrix.get(i, column) * matrix.get(i, column);
            }
            return squares;
        }
    }
}
