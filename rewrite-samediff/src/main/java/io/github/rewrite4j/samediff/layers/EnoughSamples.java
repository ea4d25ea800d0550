package io.github.rewrite4j.samediff.layers;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.samediff.closedform.ContextDirections;
import io.github.rewrite4j.samediff.closedform.SelectedKeys;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.PackedMoment;
import io.github.rewrite4j.samediff.linalg.Precision;
import io.github.rewrite4j.samediff.linalg.Svd;
import io.github.rewrite4j.samediff.memory.PartialStatistics;
import io.github.rewrite4j.samediff.strategy.EditCompiler;
import io.github.rewrite4j.samediff.strategy.EditPreview;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/**
 * Collects statistics of keys until they say where the directions of an edit lie, instead of over a fixed number of samples.
 *
 * <p>Samples are collected in parts of {@value #PART}. The error is that of the bootstrap (Efron 1979) over parts: parts are drawn
 * with replacement, as many as there are, the directions are found with their sum, and compared with those of all parts by
 * the sine of the largest angle between the two spaces, 0 where they agree and 1 where a direction is lost. The bound is the
 * sine that 95 of 100 such draws stay below; when it comes below the tolerance, collecting ends. Keys of one picture depend on each
 * other, which is why parts are drawn and not keys.
 *
 * <p>Costs the samples, and at each look {@value #DRAWS} factorisations of the second moment. Immutable.
 */
public final class EnoughSamples {
    /** Samples of a part. */
    public static final int PART = 32;

    private static final int DRAWS = 60;
    private static final int FEWEST = 8;
    private static final double SHARE = 0.95;

    private final double tolerance;
    private final int most;
    private final long seed;

    private EnoughSamples(double tolerance, int most, long seed) {
        this.tolerance = tolerance;
        this.most = most;
        this.seed = seed;
    }

    /**
     * Ends when the bound is below this, or after 4,096 samples of the default seed.
     *
     * @param tolerance sine of an angle, above 0 and below 1; 0.1 are six degrees
     */
    public static EnoughSamples within(double tolerance) {
        if (!(tolerance > 0 && tolerance < 1)) {
            throw new IllegalArgumentException(
                    "A tolerance is the sine of an angle between 0 and 1, but got " + tolerance + ".");
        }
        return new EnoughSamples(tolerance, 4096, Sample.DEFAULT_SEED);
    }

    /** Ends after so many samples at the latest, at least eight parts. */
    public EnoughSamples atMost(int samples) {
        if (samples < FEWEST * PART) {
            throw new IllegalArgumentException(
                    "At least " + FEWEST * PART + " samples are looked at, but got " + samples + ".");
        }
        return new EnoughSamples(tolerance, samples, seed);
    }

    /** Samples of another seed. */
    public EnoughSamples ofSeed(long other) {
        return new EnoughSamples(tolerance, most, other);
    }

    /**
     * How well statistics are known.
     *
     * @param samples over which
     * @param median sine of the largest angle that half of the draws stay below
     * @param bound the same for 95 of 100
     */
    public record Uncertainty(int samples, double median, double bound) {}

    /**
     * Statistics, and how well they are known.
     *
     * @param parts sums over the samples of each part, d (d + 1) / 2 numbers each
     * @param settled whether the bound came below the tolerance
     * @param course the error at each look
     */
    public record Settled(List<PackedMoment> parts, boolean settled, List<Uncertainty> course) {
        public Settled {
            Objects.requireNonNull(parts, "parts");
            Objects.requireNonNull(course, "course");
            parts = List.copyOf(parts);
            course = List.copyOf(course);
        }

        /** The sum over all samples. */
        public PackedMoment moment() {
            return sum(parts);
        }

        /** How well they are known in the end. */
        public Uncertainty error() {
            return course.get(course.size() - 1);
        }
    }

    /** For the context of an edit and directions of this rank. */
    public Settled collect(AssociativeMemory memory, Edit edit, int rank, ProgressListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(edit, "edit");
        Objects.requireNonNull(listener, "listener");
        return collect(memory, EditCompiler.context(memory, edit), rank, listener);
    }

    /**
     * For directions of selected keys.
     *
     * @throws RewriteException if the memory does not offer {@link PartialStatistics}
     * @throws io.github.rewrite4j.SingularSystemException if even so many keys leave directions without statistics
     */
    public Settled collect(AssociativeMemory memory, SelectedKeys context, int rank, ProgressListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(context, "context");
        Objects.requireNonNull(listener, "listener");
        PartialStatistics partial = memory.capability(PartialStatistics.class)
                .orElseThrow(() -> new RewriteException(
                        "The statistics of " + memory.spec().name() + " cannot be collected in parts."));
        List<PackedMoment> parts = new ArrayList<>();
        List<Uncertainty> course = new ArrayList<>();
        int look = FEWEST;
        int last = most / PART;
        while (true) {
            while (parts.size() < Math.min(look, last)) {
                int from = parts.size() * PART;
                double share = (double) from / most;
                parts.add(partial.part(
                        seed,
                        from,
                        from + PART,
                        Precision.FLOAT64,
                        listener.part(share, share + (double) PART / most)));
            }
            course.add(error(parts, context, rank));
            boolean settled = course.get(course.size() - 1).bound() <= tolerance;
            if (settled || parts.size() == last) {
                listener.report(Stage.KEY_STATISTICS, 1, 1);
                return new Settled(parts, settled, course);
            }
            look = Math.max(look + 1, look * 3 / 2);
        }
    }

    /**
     * What an edit reaches with given statistics, and how much of that is chance of the samples they were taken over.
     *
     * @param success share of the way to the goal, on fresh samples
     * @param error its standard error by the bootstrap over parts
     * @param draws what each draw of parts reaches
     */
    public record Effect(double success, double error, List<Double> draws) {
        public Effect {
            Objects.requireNonNull(draws, "draws");
            draws = List.copyOf(draws);
        }
    }

    /**
     * Learns an edit with all parts and with each of several bootstrap draws of them. Costs an edit and its measurement for each.
     *
     * @param known statistics of the memory's keys
     * @param rank of the edit
     * @param draws at least two
     * @param fresh samples that success is measured on, of seed 2
     */
    public static Effect effect(
            Settled known,
            AssociativeMemory memory,
            Edit edit,
            int rank,
            int draws,
            int fresh,
            ProgressListener listener) {
        Objects.requireNonNull(known, "known");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(edit, "edit");
        Objects.requireNonNull(listener, "listener");
        if (draws < 2 || fresh < 1) {
            throw new IllegalArgumentException(
                    "An error takes two draws and a fresh sample at least, but got " + draws + " and " + fresh + ".");
        }
        Random random = new Random(draws);
        double all = 0;
        List<Double> reached = new ArrayList<>();
        for (int draw = 0; draw <= draws; draw++) {
            listener.report(Stage.MEASURING, draw, draws + 1);
            List<PackedMoment> parts = draw == 0 ? known.parts() : drawn(known.parts(), random);
            double success = success(sum(parts), memory, edit, rank, fresh);
            if (draw == 0) {
                all = success;
            } else {
                reached.add(success);
            }
        }
        listener.report(Stage.MEASURING, draws + 1, draws + 1);
        double mean = reached.stream().mapToDouble(each -> each).average().orElseThrow();
        double squares = reached.stream()
                .mapToDouble(each -> (each - mean) * (each - mean))
                .sum();
        return new Effect(all, few(known.parts().size()) * Math.sqrt(squares / (draws - 1)), reached);
    }

    private static double success(PackedMoment moment, AssociativeMemory memory, Edit edit, int rank, int fresh) {
        Matrix along = directions(moment, EditCompiler.context(memory, edit), rank);
        Patch patch = LowRankRewrite.rank(rank)
                .statistics(PART, Sample.DEFAULT_SEED)
                .rewrite(memory, EditCompiler.rule(memory, edit), ignored -> along, RewriteListener.SILENT)
                .patch();
        return EditPreview.of(memory, patch, edit, fresh, PlannedRewrite.FRESH_SEED)
                .metrics()
                .success();
    }

    private static List<PackedMoment> drawn(List<PackedMoment> parts, Random random) {
        List<PackedMoment> drawn = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            drawn.add(parts.get(random.nextInt(parts.size())));
        }
        return drawn;
    }

    /** Drawn from n parts, sums vary less than sums of new parts do, by (n - 1) / n. */
    private static double few(int parts) {
        return Math.sqrt(parts / (parts - 1.0));
    }

    private static PackedMoment sum(List<PackedMoment> parts) {
        return parts.stream().reduce(PackedMoment::plus).orElseThrow();
    }

    private static Uncertainty error(List<PackedMoment> parts, SelectedKeys context, int rank) {
        Matrix all = directions(sum(parts), context, rank);
        Random random = new Random(parts.size());
        double[] sines = new double[DRAWS];
        for (int draw = 0; draw < DRAWS; draw++) {
            Matrix other = directions(sum(drawn(parts, random)), context, rank);
            sines[draw] = Math.min(1, few(parts.size()) * sine(all, other));
        }
        Arrays.sort(sines);
        return new Uncertainty(parts.size() * PART, sines[DRAWS / 2], sines[(int) Math.ceil(SHARE * DRAWS) - 1]);
    }

    private static Matrix directions(PackedMoment moment, SelectedKeys context, int rank) {
        return ContextDirections.zca().throughKeys(moment.toCovariance(), context, rank);
    }

    /** Of the largest angle between two spaces of orthonormal rows. */
    private static double sine(Matrix a, Matrix b) {
        double[] cosines = Svd.of(a.multiply(b.transpose())).values();
        double cosine = Math.min(1, cosines[cosines.length - 1]);
        return Math.sqrt(1 - cosine * cosine);
    }
}
