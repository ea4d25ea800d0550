package io.github.rewrite4j.samediff.generator.diffusion;

import java.util.stream.IntStream;

/**
 * How much noise there is at each step: abar_t, the share of the picture in the mixture sqrt(abar_t) x + sqrt(1 - abar_t)
 * noise (Ho et al. 2020), all of it in float64.
 */
public final class NoiseSchedule {
    private static final double FIRST = 1e-4;
    private static final double LAST = 2e-2;
    private static final double FULL = 1000;

    private final int[] times;
    private final double[] kept;

    private NoiseSchedule(int[] times, double[] kept) {
        this.times = times;
        this.kept = kept;
    }

    /** The linear schedule over so many times: variances from 1e-4 to 2e-2 at 1,000, others in proportion. */
    public static NoiseSchedule linear(int times) {
        double[] kept = new double[times];
        double product = 1;
        double scale = FULL / times;
        for (int t = 0; t < times; t++) {
            double beta = times == 1 ? FIRST * scale : scale * (FIRST + t * (LAST - FIRST) / (times - 1.0));
            product *= 1 - beta;
            kept[t] = product;
        }
        return new NoiseSchedule(IntStream.range(0, times).toArray(), kept);
    }

    /**
     * Only so many of the times, 0 and multiples of the smallest stride that gives their number (Song et al. 2021).
     *
     * @throws IllegalArgumentException when no stride does
     */
    public NoiseSchedule respaced(int steps) {
        for (int stride = 1; stride < times.length; stride++) {
            if ((times.length + stride - 1) / stride == steps) {
                int by = stride;
                int[] chosen = IntStream.range(0, steps).map(i -> times[i * by]).toArray();
                double[] share =
                        IntStream.range(0, steps).mapToDouble(i -> kept[i * by]).toArray();
                return new NoiseSchedule(chosen, share);
            }
        }
        throw new IllegalArgumentException("No stride gives " + steps + " of " + times.length
                + " times: take a number such as 5, 8, 10, 20, 50, 100 or 250.");
    }

    /** Number of steps. */
    public int steps() {
        return times.length;
    }

    /** The time that the network is told at a step, of the whole schedule. */
    public int time(int step) {
        return times[step];
    }

    /** abar at a step: 1 before the first, 0 behind the last. */
    public double kept(int step) {
        return step < 0 ? 1 : step >= kept.length ? 0 : kept[step];
    }

    /** The variance that a step adds. */
    public double beta(int step) {
        return 1 - kept(step) / kept(step - 1);
    }
}
