package io.github.rewrite4j.latent;

import java.util.Locale;
import java.util.Objects;

/**
 * Orthonormal directions of a latent space, strong ones first, and where they come from. It belongs to the generator that
 * it was computed from and stays the basis of everything trained from that: recomputed from changed weights it would be
 * another one. Immutable.
 */
public final class LatentBasis {
    private static final double ORTHONORMAL = 1e-6;

    private final String method;
    private final String generator;
    private final double[] strengths;
    private final double[][] directions;

    /**
     * @param method how the directions were found, for people to read
     * @param generator fingerprint of the generator that they were computed from
     * @param strengths one number per direction, descending: singular values, or what stands for them
     * @param directions as many rows as wanted, at most as many as columns; orthonormal to 1e-6
     */
    public LatentBasis(String method, String generator, double[] strengths, double[][] directions) {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(strengths, "strengths");
        if (directions.length == 0 || strengths.length != directions.length) {
            throw new IllegalArgumentException("A basis has as many strengths as directions, at least one, but got "
                    + strengths.length + " and " + directions.length + ".");
        }
        this.method = method;
        this.generator = generator;
        this.strengths = strengths.clone();
        this.directions = copy(directions);
        requireOrthonormal();
        for (int j = 1; j < strengths.length; j++) {
            if (!(strengths[j] <= strengths[j - 1])) {
                throw new IllegalArgumentException("The strengths of a basis descend, but number " + j + " is "
                        + strengths[j] + " after " + strengths[j - 1] + ".");
            }
        }
    }

    private void requireOrthonormal() {
        for (int a = 0; a < directions.length; a++) {
            LatentSpace.requireLatent(directions[a], directions[0].length);
            for (int b = 0; b <= a; b++) {
                double inner = dot(directions[a], directions[b]);
                if (!(Math.abs(inner - (a == b ? 1 : 0)) <= ORTHONORMAL)) {
                    throw new IllegalArgumentException(String.format(
                            Locale.ROOT,
                            "Directions %d and %d of the basis have the inner product %s: they must be orthonormal.",
                            b,
                            a,
                            inner));
                }
            }
        }
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[][] copy(double[][] rows) {
        double[][] copies = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            copies[i] = rows[i].clone();
        }
        return copies;
    }

    /** How the directions were found. */
    public String method() {
        return method;
    }

    /** Fingerprint of the generator that they were computed from. */
    public String generator() {
        return generator;
    }

    /** Number of directions. */
    public int size() {
        return directions.length;
    }

    /** Length d of a direction. */
    public int dimension() {
        return directions[0].length;
    }

    /** A copy of direction {@code index}, of length one; 0 is the strongest. */
    public double[] direction(int index) {
        return directions[requireIndex(index)].clone();
    }

    /** The singular value of direction {@code index}, or what stands for it. */
    public double strength(int index) {
        return strengths[requireIndex(index)];
    }

    /** A copy of all directions, one a row. */
    public double[][] directions() {
        return copy(directions);
    }

    /** A copy of all strengths. */
    public double[] strengths() {
        return strengths.clone();
    }

    private int requireIndex(int index) {
        if (index < 0 || index >= directions.length) {
            throw new IllegalArgumentException("There is no direction " + index + "; the basis has 0 to "
                    + (directions.length - 1) + ", strong ones first.");
        }
        return index;
    }

    @Override
    public String toString() {
        return directions.length + " directions of " + directions[0].length + " dimensions (" + method + ")";
    }
}
