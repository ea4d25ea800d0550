package io.github.rewrite4j.stats;

import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Uncentred second moment {@code C = E[k k']} of the keys of a layer, with the number of keys it was taken over.
 *
 * <p>Bau et al., "Rewriting a Deep Generative Model" (ECCV 2020): the key that belongs to a change of the
 * layer is {@code C^-1 k}, not {@code k}. Everything is float64. Implementations are immutable and safe to share
 * between threads; arrays that come in are never changed, arrays that go out belong to the caller.
 *
 * <p>A ridge is always relative: {@code ridge} means {@code C + ridge * tr(C)/d * I}, and it is never added unless
 * asked for. The numerical rank counts eigenvalues above {@code d * 2^-52 * largest}.
 */
public interface KeyCovariance {

    /** Length d of a key. */
    int dimension();

    /** Number of key vectors the average was taken over. */
    long count();

    /** A copy of C, DOUBLE [d, d], exactly symmetric. */
    INDArray matrix();

    /**
     * The second moment over both sets of keys, weighted by their counts.
     *
     * @throws IllegalArgumentException if the dimensions differ
     */
    KeyCovariance merge(KeyCovariance other);

    /**
     * {@code C^-1 rhs} by a Cholesky factorisation that is computed once and kept; O(d^3) the first time, O(d^2 m)
     * then.
     *
     * @param rhs [d] or [d, m], any floating type
     * @return DOUBLE array of the shape of rhs
     * @throws io.github.rewrite4j.SingularSystemException if C is numerically singular
     */
    default INDArray solve(INDArray rhs) {
        Objects.requireNonNull(rhs, "rhs");
        return solve(rhs, 0);
    }

    /**
     * {@code (C + ridge * tr(C)/d * I)^-1 rhs}. The factorisation for the ridge used last is kept.
     *
     * @param rhs [d] or [d, m], any floating type
     * @param ridge zero or positive, relative to tr(C)/d
     * @return DOUBLE array of the shape of rhs
     * @throws io.github.rewrite4j.SingularSystemException if the matrix is numerically singular in spite of the ridge
     */
    INDArray solve(INDArray rhs, double ridge);

    /**
     * The ZCA matrix {@code C^(-1/2)}: symmetric, and keys multiplied by it have the identity as second moment.
     *
     * <p>{@code U diag(lambda^-1/2) U'} from the eigenvalues of C in float64. Eigenvalues below
     * {@code d * 2^-52 * largest}, which are zero up to rounding, are raised to that bound, so the result is always
     * finite; for a C of full rank nothing is raised. Compare {@link #rank()} with {@link #dimension()} before trusting
     * it in directions that no key has.
     *
     * @return DOUBLE [d, d]
     */
    default INDArray whiten() {
        return whiten(0);
    }

    /** {@code (C + ridge * tr(C)/d * I)^(-1/2)}, else as {@link #whiten()}. */
    INDArray whiten(double ridge);

    /** Largest over smallest eigenvalue; infinite where rounding makes the smallest zero or negative. */
    double conditionNumber();

    /**
     * Effective rank of Roy and Vetterli (2007): {@code exp(-sum p_i log p_i)} with {@code p_i} the eigenvalues divided
     * by their sum. Between 1 (one direction holds everything) and d (all directions alike).
     */
    double effectiveRank();

    /** Number of eigenvalues above {@code d * 2^-52 * largest}. */
    int rank();

    /** Eigenvalues of C, largest first; a copy. Rounding can make the smallest slightly negative. */
    double[] eigenvalues();
}
