package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.samediff.graph.internal.Program;
import io.github.rewrite4j.samediff.linalg.Cholesky;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.internal.Elements;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The samples that an edit is meant for: those whose keys, averaged under the region of its context, are more like those of
 * its contexts than like those of ordinary samples. Nothing that is rewritten enters, so that success on them says
 * something.
 *
 * <p>Likeness is Fisher's linear discriminant w'(f - m) / w'(c - m), w = (S + ridge)^-1 (c - m), with c the mean of the
 * contexts, m and S mean and covariance of {@value #ORDINARY} ordinary samples: 0 for an ordinary sample, 1 for a context.
 * How a context scores that the discriminant has not seen is asked of each in turn; a sample is meant above half of their
 * mean. Contexts that score no higher than ordinary samples do by chance say that the edit is meant for everybody, and of
 * fewer than {@value #FEWEST} nothing can be said.
 *
 * <p>Held against the bald heads that a person chose among 160 avatars, the four contexts of the bundled hair bun find 91 %
 * of them at layer4, 97 % at layer5, and two in three of those that they find are among them. Random contexts pass for a
 * kind of their own about once in twenty times when there are four, and hardly ever when there are sixteen.
 */
final class MeantFor {
    static final int ORDINARY = 256;

    private static final long ORDINARY_SEED = 3;

    /** Of the mean variance; contexts are few and channels many. */
    private static final double RIDGE = 1;

    /** Contexts below which nobody can tell what they have in common. */
    private static final int FEWEST = 4;

    private final AssociativeMemory memory;
    private final Region region;
    private final Likeness likeness;
    private final int contexts;
    private final double typical;
    private final double spread;

    /** A linear score of pooled keys. */
    private static final class Likeness {
        private final double[] direction;
        private final double[] origin;
        private final double unit;

        Likeness(double[] direction, double[] origin, double unit) {
            this.direction = direction;
            this.origin = origin;
            this.unit = unit;
        }

        double of(double[] features) {
            double sum = 0;
            for (int i = 0; i < features.length; i++) {
                sum += direction[i] * (features[i] - origin[i]);
            }
            return sum / unit;
        }
    }

    private MeantFor(
            AssociativeMemory memory, Region region, Likeness likeness, int contexts, double typical, double spread) {
        this.memory = memory;
        this.region = region;
        this.likeness = likeness;
        this.contexts = contexts;
        this.typical = typical;
        this.spread = spread;
    }

    /** Learns from the contexts of an edit. Cost: the keys of them and of {@value #ORDINARY} other samples. */
    static MeantFor of(AssociativeMemory memory, Edit edit) {
        List<Selection> contexts = edit.effectiveContexts();
        if (contexts.size() < FEWEST) {
            return new MeantFor(
                    memory,
                    contexts.get(0).region(),
                    new Likeness(new double[0], new double[0], 1),
                    contexts.size(),
                    1,
                    1);
        }
        List<double[]> shown = new ArrayList<>();
        contexts.stream()
                .map(Selection::region)
                .distinct()
                .forEach(region -> shown.addAll(pooled(
                        memory,
                        region,
                        contexts.stream()
                                .filter(context -> context.region().equals(region))
                                .map(Selection::subject)
                                .distinct()
                                .toList())));
        Region region = contexts.get(0).region();
        List<double[]> ordinary = pooled(memory, region, EditPreview.fresh(edit.samples(), ORDINARY, ORDINARY_SEED));
        return learnt(memory, region, shown, ordinary);
    }

    private static MeantFor learnt(
            AssociativeMemory memory, Region region, List<double[]> shown, List<double[]> ordinary) {
        double[] origin = mean(ordinary);
        Matrix centred = Matrix.of(ordinary.stream().map(f -> minus(f, origin)).toArray(double[][]::new));
        Matrix covariance = centred.gram().times(1.0 / ordinary.size());
        double ridge = RIDGE * Math.max(covariance.trace() / origin.length, Double.MIN_NORMAL);
        Cholesky inverse = Cholesky.of(covariance.plusDiagonal(ridge), "pooled keys");
        Likeness likeness = likeness(inverse, origin, shown);
        double spread = Math.sqrt(ordinary.stream()
                .mapToDouble(f -> Math.pow(likeness.of(f), 2))
                .average()
                .orElseThrow());
        double typical = IntStream.range(0, shown.size())
                .mapToDouble(i -> {
                    List<double[]> others = new ArrayList<>(shown);
                    double[] left = others.remove(i);
                    return others.isEmpty()
                            ? 1
                            : likeness(inverse, origin, others).of(left);
                })
                .average()
                .orElseThrow();
        return new MeantFor(memory, region, likeness, shown.size(), typical, spread);
    }

    private static Likeness likeness(Cholesky inverse, double[] origin, List<double[]> shown) {
        double[] away = minus(mean(shown), origin);
        double[] direction = inverse.solve(Matrix.column(away)).toRowMajor();
        double unit = IntStream.range(0, away.length)
                .mapToDouble(i -> direction[i] * away[i])
                .sum();
        return new Likeness(direction, origin, unit == 0 ? 1 : unit);
    }

    /** Whether contexts are of a kind of their own: beyond one standard deviation of ordinary samples. */
    private boolean isConditional() {
        return contexts >= FEWEST && typical > spread;
    }

    /** Which of these samples the edit is meant for, by their number in the list; all when it is meant for everybody. */
    List<Integer> among(List<? extends Subject> samples) {
        List<double[]> features = isConditional() ? pooled(memory, region, samples) : List.of();
        return IntStream.range(0, samples.size())
                .filter(n -> features.isEmpty() || likeness.of(features.get(n)) > typical / 2)
                .boxed()
                .toList();
    }

    /** How samples are chosen. */
    String chosen() {
        return String.format(
                Locale.ROOT,
                "chosen before the rewrite, as more like its %d contexts than like ordinary samples in the keys under"
                        + " %s",
                contexts,
                Cautions.shortened(region));
    }

    /** What to say when all samples are meant. */
    String everybody() {
        if (contexts < FEWEST) {
            return "its " + (contexts == 1 ? "context is" : contexts + " contexts are")
                    + " too few to tell of what kind they are";
        }
        return isConditional()
                ? "all new samples are like its contexts"
                : "its contexts are no more alike than ordinary samples are";
    }

    /** What to say when none is. */
    String nobody() {
        return "none of the new samples is like its contexts, so that the figures above are of samples it is not meant"
                + " for";
    }

    /** Keys averaged under the region [samples][channels]. */
    private static List<double[]> pooled(AssociativeMemory memory, Region region, List<? extends Subject> samples) {
        INDArray mask = Paster.keyMask(memory, region).toArray();
        double[] weights = Elements.of(mask);
        double total = Arrays.stream(weights).sum();
        FeatureShape grid = memory.spec().keyShape();
        INDArray column = mask.div(total).reshape(grid.cells(), 1);
        List<double[]> pooled = new ArrayList<>();
        for (int from = 0; from < samples.size(); from += Program.BATCH) {
            List<? extends Subject> part = samples.subList(from, Math.min(from + Program.BATCH, samples.size()));
            try (Inputs inputs = Subject.inputs(part, memory.sampler());
                    Keys keys = memory.keys(inputs);
                    INDArray product = keys.tensor()
                            .reshape('c', (long) part.size() * grid.channels(), grid.cells())
                            .mmul(column)) {
                double[] all = Elements.of(product);
                for (int n = 0; n < part.size(); n++) {
                    pooled.add(Arrays.copyOfRange(all, n * grid.channels(), (n + 1) * grid.channels()));
                }
            }
        }
        return pooled;
    }

    private static double[] mean(List<double[]> rows) {
        double[] mean = new double[rows.get(0).length];
        for (double[] row : rows) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += row[i] / rows.size();
            }
        }
        return mean;
    }

    private static double[] minus(double[] of, double[] other) {
        double[] difference = of.clone();
        for (int i = 0; i < of.length; i++) {
            difference[i] -= other[i];
        }
        return difference;
    }
}
