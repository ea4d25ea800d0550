package io.github.rewrite4j.spark;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Numbers measured on samples as what merges: counts, sums and sums of squares of named columns, around their running means so that
 * millions of samples lose nothing to rounding (Chan, Golub, LeVeque 1979).
 */
public final class Tally implements Serializable {
    private static final long serialVersionUID = 1;

    private final String[] names;
    private final long[] counts;
    private final double[] means;
    private final double[] squares;
    private final double[] smallest;
    private final double[] largest;

    /** Nothing measured yet. */
    public Tally(String... names) {
        this(
                names.clone(),
                new long[names.length],
                new double[names.length],
                new double[names.length],
                filled(names.length, Double.POSITIVE_INFINITY),
                filled(names.length, Double.NEGATIVE_INFINITY));
    }

    private Tally(
            String[] names, long[] counts, double[] means, double[] squares, double[] smallest, double[] largest) {
        this.names = names;
        this.counts = counts;
        this.means = means;
        this.squares = squares;
        this.smallest = smallest;
        this.largest = largest;
    }

    private static double[] filled(int length, double value) {
        double[] array = new double[length];
        Arrays.fill(array, value);
        return array;
    }

    /**
     * One sample.
     *
     * @param values a number for each name; NaN where there is none for this sample
     */
    public void add(double... values) {
        if (values.length != names.length) {
            throw new IllegalArgumentException("A sample has " + names.length + " numbers " + Arrays.toString(names)
                    + ", but got " + values.length + ".");
        }
        for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
                double before = values[i] - means[i];
                counts[i]++;
                means[i] += before / counts[i];
                squares[i] += before * (values[i] - means[i]);
                smallest[i] = Math.min(smallest[i], values[i]);
                largest[i] = Math.max(largest[i], values[i]);
            }
        }
    }

    /** Both together, as a new one. */
    public Tally plus(Tally other) {
        if (!Arrays.equals(names, other.names)) {
            throw new IllegalArgumentException("Measurements of " + Arrays.toString(names) + " and of "
                    + Arrays.toString(other.names) + " cannot be merged.");
        }
        Tally sum = new Tally(names);
        for (int i = 0; i < names.length; i++) {
            long total = counts[i] + other.counts[i];
            double apart = other.means[i] - means[i];
            sum.counts[i] = total;
            sum.means[i] = total == 0 ? 0 : means[i] + apart * ((double) other.counts[i] / total);
            sum.squares[i] = squares[i]
                    + other.squares[i]
                    + (total == 0 ? 0 : apart * apart * counts[i] * ((double) other.counts[i] / total));
            sum.smallest[i] = Math.min(smallest[i], other.smallest[i]);
            sum.largest[i] = Math.max(largest[i], other.largest[i]);
        }
        return sum;
    }

    /** Samples that had this number. */
    public long count(String name) {
        return counts[column(name)];
    }

    /** Mean; NaN before the first. */
    public double mean(String name) {
        int i = column(name);
        return counts[i] == 0 ? Double.NaN : means[i];
    }

    /** Standard deviation over samples, with n - 1; NaN before the second. */
    public double deviation(String name) {
        int i = column(name);
        return counts[i] < 2 ? Double.NaN : Math.sqrt(squares[i] / (counts[i] - 1));
    }

    /** Standard error of the mean. */
    public double error(String name) {
        return deviation(name) / Math.sqrt((double) count(name));
    }

    public double smallest(String name) {
        return smallest[column(name)];
    }

    public double largest(String name) {
        return largest[column(name)];
    }

    private int column(String name) {
        int i = Arrays.asList(names).indexOf(name);
        if (i < 0) {
            throw new IllegalArgumentException(
                    "Nothing called '" + name + "' was measured, but " + Arrays.toString(names) + ".");
        }
        return i;
    }
}
