package io.github.rewrite4j;

import java.util.Locale;
import java.util.Objects;

/**
 * A linear system has no unique solution in float64: some direction of key space was never, or hardly ever, seen.
 *
 * <p>Carries what a caller needs to decide: the numerical rank, the condition number, and the smallest ridge that
 * brings the condition number down to about 1e8. Rewrite4J never adds that ridge by itself.
 */
public class SingularSystemException extends RewriteException {
    private static final long serialVersionUID = 1L;

    private final int rank;
    private final int dimension;
    private final double conditionNumber;
    private final double suggestedRidge;
    private final double suggestedRelativeRidge;

    /**
     * Describes a singular symmetric system.
     *
     * @param system what is singular, as the subject of a sentence: "The key covariance"
     * @param rank numerical rank, below or equal to the dimension
     * @param dimension number of rows of the system
     * @param conditionNumber largest over smallest eigenvalue, infinite where the smallest is not positive
     * @param suggestedRidge what to add to the diagonal
     * @param suggestedRelativeRidge the same as a multiple of trace / dimension
     */
    public SingularSystemException(
            String system,
            int rank,
            int dimension,
            double conditionNumber,
            double suggestedRidge,
            double suggestedRelativeRidge) {
        super(String.format(
                Locale.ROOT,
                "%s is singular: rank %d of %d, condition number %.3g. Ask for a ridge of at least %.3g relative to"
                        + " trace/dimension (%.3g absolute), or collect keys from more samples; channels that are"
                        + " always zero stay singular however many samples there are.",
                system,
                rank,
                dimension,
                conditionNumber,
                suggestedRelativeRidge,
                suggestedRidge));
        Objects.requireNonNull(system, "system");
        this.rank = rank;
        this.dimension = dimension;
        this.conditionNumber = conditionNumber;
        this.suggestedRidge = suggestedRidge;
        this.suggestedRelativeRidge = suggestedRelativeRidge;
    }

    /** Numerical rank of the system. */
    public int rank() {
        return rank;
    }

    /** Number of rows of the system. */
    public int dimension() {
        return dimension;
    }

    /** Largest over smallest eigenvalue; infinite where the smallest is not positive. */
    public double conditionNumber() {
        return conditionNumber;
    }

    /** A ridge that would do, to be added to the diagonal. */
    public double suggestedRidge() {
        return suggestedRidge;
    }

    /** The same ridge as a multiple of trace / dimension: the unit in which ridges are given to Rewrite4J. */
    public double suggestedRelativeRidge() {
        return suggestedRelativeRidge;
    }
}
