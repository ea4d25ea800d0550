package io.github.rewrite4j.samediff.condition;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How strongly a patch must act to take the median image to a quantile of an attribute among all images: at .9 the median
 * image with the patch has as much of the attribute as one image in ten has without. Found by bisection; the score of the
 * median is taken to rise with the strength.
 *
 * @param strength of the patch
 * @param score of the quantile among images without the patch
 * @param reached score of the median with the patch at that strength
 * @param withinReach whether the most that was allowed is enough
 */
public record QuantileStrength(double strength, double score, double reached, boolean withinReach) {
    private static final int HALVINGS = 8;
    private static final int AT_ONCE = 64;

    /** How the patch is to be weighed: samples of a seed, and the largest strength that may be tried. */
    public record Search(int samples, long seed, double most) {
        public Search {
            if (samples < 8 || !(most > 0) || Double.isInfinite(most)) {
                throw new IllegalArgumentException(
                        "A quantile is taken of 8 samples at least, and a patch tried up to a"
                                + " positive strength, but got " + samples + " samples and " + most + ".");
            }
        }
    }

    /**
     * Finds it.
     *
     * @param attribute how much of the attribute each of [N, C, H, W] images has
     * @param quantile in (0, 1)
     */
    public static QuantileStrength of(
            Generator generator,
            Patch patch,
            Function<INDArray, double[]> attribute,
            double quantile,
            Search search,
            ProgressListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(patch, "patch");
        Objects.requireNonNull(attribute, "attribute");
        Objects.requireNonNull(search, "search");
        Objects.requireNonNull(listener, "listener");
        if (!(quantile > 0 && quantile < 1)) {
            throw new IllegalArgumentException(
                    "The quantile lies between 0 and 1, such as 0.9, but was " + quantile + ".");
        }
        int total = HALVINGS + 2;
        listener.report(Stage.MEASURING, 0, total);
        double[] usual = scores(generator, attribute, search);
        double wanted = at(usual, quantile);
        if (at(usual, 0.5) >= wanted) {
            listener.report(Stage.MEASURING, total, total);
            return new QuantileStrength(0, wanted, at(usual, 0.5), true);
        }
        listener.report(Stage.MEASURING, 1, total);
        double high = search.most;
        double reached = median(generator, patch, high, attribute, search);
        boolean enough = reached >= wanted;
        double low = 0;
        for (int i = 0; enough && i < HALVINGS; i++) {
            listener.report(Stage.MEASURING, i + 2, total);
            double middle = (low + high) / 2;
            double there = median(generator, patch, middle, attribute, search);
            if (there >= wanted) {
                high = middle;
                reached = there;
            } else {
                low = middle;
            }
        }
        listener.report(Stage.MEASURING, total, total);
        return new QuantileStrength(high, wanted, reached, enough);
    }

    private static double median(
            Generator generator, Patch patch, double strength, Function<INDArray, double[]> attribute, Search search) {
        try (Generator patched = generator.with(patch, strength)) {
            return at(scores(patched, attribute, search), 0.5);
        }
    }

    private static double[] scores(Generator generator, Function<INDArray, double[]> attribute, Search search) {
        List<Double> scores = new ArrayList<>();
        for (int from = 0; from < search.samples; from += AT_ONCE) {
            int to = Math.min(search.samples, from + AT_ONCE);
            try (Inputs inputs = generator.sampler().at(Sample.range(search.seed, from, to));
                    INDArray images = generator.generate(inputs)) {
                Arrays.stream(attribute.apply(images)).forEach(scores::add);
            }
        }
        return scores.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    /** The nearest rank. */
    private static double at(double[] sorted, double quantile) {
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))];
    }
}
