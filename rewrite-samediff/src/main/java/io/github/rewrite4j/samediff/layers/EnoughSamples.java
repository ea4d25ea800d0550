package io.github.rewrite4j.samediff.layers;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteException;
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
     * @param moment sum over all samples
     * @param settled whether the bound came below the tolerance
     * @param course the error at each look
     */
    public record Settled(PackedMoment moment, boolean settled, List<Uncertainty> course) {
        public Settled {
            Objects.requireNonNull(moment, "moment");
            Objects.requireNonNull(course, "course");
            course = List.copyOf(course);
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
                return new Settled(sum(parts), settled, course);
            }
            look = Math.max(look + 1, look * 3 / 2);
        }
    }

    private static PackedMoment sum(List<PackedMoment> parts) {
        return parts.stream().reduce(PackedMoment::plus).orElseThrow();
    }

    private static Uncertainty error(List<PackedMoment> parts, SelectedKeys context, int rank) {
        Matrix all = directions(sum(parts), context, rank);
        Random random = new Random(parts.size());
        double[] sines = new double[DRAWS];
        // Drawn from n parts, sums vary less than sums of new parts do, by (n - 1) / n.
        double few = Math.sqrt(parts.size() / (parts.size() - 1.0));
        for (int draw = 0; draw < DRAWS; draw++) {
            List<PackedMoment> drawn = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                drawn.add(parts.get(random.nextInt(parts.size())));
            }
            sines[draw] = Math.min(1, few * sine(all, directions(sum(drawn), context, rank)));
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
