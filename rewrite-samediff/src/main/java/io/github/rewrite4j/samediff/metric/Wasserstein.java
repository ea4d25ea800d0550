package io.github.rewrite4j.samediff.metric;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Wasserstein distances of order p of samples on a line: W_p = (integral over u in [0,1] of |F^-1(u) -
 * G^-1(u)|^p)^(1/p), F^-1 and G^-1 the quantile functions of the two empirical distributions. At p = 1 this is the
 * integral of |F - G|; for samples of one size it is the mean over ranks of the sorted values (Villani, "Topics in
 * Optimal Transportation", 2003, theorem 2.18). Sizes may differ and values may carry weights; the estimate is exact
 * for the samples. Cost: sorting both.
 *
 * @param order p, at least 1
 */
public record Wasserstein(double order) {

    public Wasserstein {
        if (!(order >= 1) || Double.isInfinite(order)) {
            throw new IllegalArgumentException("order is " + order + ", expected a finite number of at least 1");
        }
    }

    /** W1, the earth mover's distance. */
    public static Wasserstein w1() {
        return new Wasserstein(1);
    }

    /** W2, the root mean square displacement. */
    public static Wasserstein w2() {
        return new Wasserstein(2);
    }

    /**
     * The distance of two samples with equal weights.
     *
     * @param a values in any order, at least one
     * @param b values in any order, at least one; their number may differ
     * @throws IllegalArgumentException if a sample is empty or holds a value that is not finite
     */
    public double between(double[] a, double[] b) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        requireFinite("a", a);
        requireFinite("b", b);
        return Math.pow(power(a, b), 1 / order);
    }

    /**
     * The distance of two weighted samples. Weights are relative: each set is scaled to the sum 1.
     *
     * @param a values in any order, at least one
     * @param weightsOfA a weight of at least 0 for each value of a, not all 0
     * @param b values in any order, at least one; their number may differ
     * @param weightsOfB a weight of at least 0 for each value of b, not all 0
     * @throws IllegalArgumentException if a sample is empty, a value is not finite or the weights do not fit
     */
    public double between(double[] a, double[] weightsOfA, double[] b, double[] weightsOfB) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(weightsOfA, "weightsOfA");
        Objects.requireNonNull(b, "b");
        Objects.requireNonNull(weightsOfB, "weightsOfB");
        requireFinite("a", a);
        requireFinite("b", b);
        Quantiles first = Quantiles.weighted("weightsOfA", a, weightsOfA);
        Quantiles second = Quantiles.weighted("weightsOfB", b, weightsOfB);
        return Math.pow(power(first, second), 1 / order);
    }

    /** The distance raised to its order, unchecked. */
    double power(double[] a, double[] b) {
        if (a.length != b.length) {
            return power(Quantiles.uniform(a), Quantiles.uniform(b));
        }
        double[] first = a.clone();
        double[] second = b.clone();
        Arrays.sort(first);
        Arrays.sort(second);
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            sum += cost(first[i], second[i]);
        }
        return sum / first.length;
    }

    /**
     * Walks up both step functions at once; on each stretch between two steps of either both quantiles are constant.
     */
    private double power(Quantiles a, Quantiles b) {
        double sum = 0;
        double from = 0;
        int i = 0;
        int j = 0;
        while (i < a.values.length && j < b.values.length) {
            double to = Math.min(a.upTo[i], b.upTo[j]);
            if (to > from) {
                sum += (to - from) * cost(a.values[i], b.values[j]);
            }
            from = to;
            i += a.upTo[i] == to ? 1 : 0;
            j += b.upTo[j] == to ? 1 : 0;
        }
        return sum;
    }

    private double cost(double x, double y) {
        double distance = Math.abs(x - y);
        return order == 1 ? distance : order == 2 ? distance * distance : Math.pow(distance, order);
    }

    private static void requireFinite(String operand, double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException(operand + " has no value, expected at least one");
        }
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        operand + " holds " + values[i] + " at element " + i + ", expected finite values");
            }
        }
    }

    /** A quantile function: {@code values[i]} up to the cumulative weight {@code upTo[i]}, which ends at exactly 1. */
    private static final class Quantiles {
        private final double[] values;
        private final double[] upTo;

        private Quantiles(double[] values, double[] upTo) {
            this.values = values;
            this.upTo = upTo;
        }

        static Quantiles uniform(double[] sample) {
            double[] values = sample.clone();
            Arrays.sort(values);
            double[] upTo = new double[values.length];
            Arrays.setAll(upTo, i -> (i + 1.0) / upTo.length);
            return new Quantiles(values, upTo);
        }

        static Quantiles weighted(String operand, double[] sample, double[] weights) {
            if (weights.length != sample.length) {
                throw new IllegalArgumentException(operand + " has shape [" + weights.length + "], expected ["
                        + sample.length + "], one weight for each value");
            }
            requireFinite(operand, weights);
            int[] order = IntStream.range(0, sample.length)
                    .boxed()
                    .sorted((i, j) -> Double.compare(sample[i], sample[j]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            double[] values = new double[sample.length];
            double[] upTo = new double[sample.length];
            double total = 0;
            for (int rank = 0; rank < order.length; rank++) {
                double weight = weights[order[rank]];
                if (weight < 0) {
                    throw new IllegalArgumentException(operand + " holds " + weight + " at element " + order[rank]
                            + ", expected weights of at least 0");
                }
                total += weight;
                values[rank] = sample[order[rank]];
                upTo[rank] = total;
            }
            if (!(total > 0) || Double.isInfinite(total)) {
                throw new IllegalArgumentException(
                        operand + " sums up to " + total + ", expected a finite sum greater than 0");
            }
            double sum = total;
            Arrays.setAll(upTo, i -> upTo[i] / sum);
            return new Quantiles(values, upTo);
        }
    }
}
