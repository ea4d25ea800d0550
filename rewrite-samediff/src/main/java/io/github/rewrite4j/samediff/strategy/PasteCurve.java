package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.io.Facts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * How far a low-rank edit gets with more pastes of the same object: the edit as it was made, then with the object pasted into more
 * samples at the same place and a rank that leaves room for their differences, {@code min(16, pastes)} where that is more than its own.
 * So a user of one paste learns how many would do. Everything in it was measured on the same kind of fresh samples; nothing is
 * extrapolated.
 *
 * @param points by number of pastes, the edit itself first
 */
public record PasteCurve(List<Point> points) {
    /** Success below which an edit of one paste is worth a look at more. */
    public static final double MODEST = 0.5;

    private static final List<Integer> COUNTS = List.of(4, 16, 32);
    private static final int MOST_DIRECTIONS = 16;
    private static final int STATISTICS = 200;
    private static final int MEASURED = 64;
    private static final double NEARLY = 0.9;

    /** Apart from those of edits, fresh samples and statistics. */
    private static final long MORE_SEED = 5;

    /**
     * What was measured.
     *
     * @param pastes number of them
     * @param rank of the change
     * @param success on fresh samples
     * @param outsidePsnr of after against before outside of the object, decibel
     */
    public record Point(int pastes, int rank, double success, double outsidePsnr) {
        Facts facts() {
            return Facts.builder()
                    .put("pastes", pastes)
                    .put("rank", rank)
                    .put("success", success)
                    .put("outsidePsnr", outsidePsnr)
                    .build();
        }
    }

    public PasteCurve {
        Objects.requireNonNull(points, "points");
        points = List.copyOf(points);
        if (points.isEmpty()) {
            throw new IllegalArgumentException("A curve has a point at least: the edit as it was made.");
        }
    }

    /**
     * Measures. Cost: three more edits, with up to 32 pastes.
     *
     * @param strategy that the edit was made with
     * @param edit with pastes into samples
     * @param reached by the edit as it is
     * @param freshSeed of the samples to measure on
     */
    public static PasteCurve of(
            AssociativeMemory memory,
            LowRankRewrite strategy,
            Edit edit,
            RewriteReport.FreshSamples reached,
            long freshSeed,
            RewriteListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(edit, "edit");
        Objects.requireNonNull(reached, "reached");
        Objects.requireNonNull(listener, "listener");
        int rank = strategy.settings().rank();
        List<Point> points = new ArrayList<>();
        points.add(new Point(edit.pastes().size(), rank, reached.success(), reached.outsidePsnr()));
        List<Integer> more =
                COUNTS.stream().filter(count -> count > edit.pastes().size()).toList();
        for (int i = 0; i < more.size(); i++) {
            int directions = Math.min(
                    memory.spec().keyShape().channels(), Math.max(rank, Math.min(MOST_DIRECTIONS, more.get(i))));
            RewriteReport.FreshSamples shown = strategy.ofRank(directions)
                    .solved(patch -> {})
                    .statistics(STATISTICS, Sample.DEFAULT_SEED)
                    .evaluatedOn(MEASURED, freshSeed)
                    .rewrite(
                            memory,
                            shownOn(edit, more.get(i)),
                            listener.part((double) i / more.size(), (i + 1.0) / more.size()))
                    .report()
                    .fresh()
                    .orElseThrow();
            points.add(new Point(more.get(i), directions, shown.success(), shown.outsidePsnr()));
        }
        return new PasteCurve(points);
    }

    /** The edit with its object pasted into further samples, at the place of its first paste. */
    private static Edit shownOn(Edit edit, int pastes) {
        Region region = edit.pastes().get(0).region();
        List<Selection> all = new ArrayList<>(edit.pastes());
        EditPreview.fresh(edit.samples(), pastes - all.size(), MORE_SEED)
                .forEach(sample -> all.add(new Selection(sample, region)));
        return new Edit(edit.object(), all, edit.contexts());
    }

    /** The fewest pastes whose success is nine tenths of the best. */
    public Point enough() {
        double best = points.stream().mapToDouble(Point::success).max().orElseThrow();
        return points.stream()
                .filter(point -> point.success >= NEARLY * best)
                .findFirst()
                .orElseThrow();
    }

    /** What to tell a user. */
    public String sentence() {
        Point now = points.get(0);
        Point enough = enough();
        String measured = String.format(
                Locale.ROOT,
                "success %.2f with %s at rank %d",
                now.success,
                now.pastes == 1 ? "one paste" : now.pastes + " pastes",
                now.rank);
        if (enough.equals(now)) {
            return measured + "; more pastes of the same object, up to " + points.get(points.size() - 1).pastes
                    + ", do not help";
        }
        return measured
                + String.format(
                        Locale.ROOT,
                        "; %d pastes at rank %d would do: success %.2f, outside %.1f dB",
                        enough.pastes,
                        enough.rank,
                        enough.success,
                        enough.outsidePsnr);
    }

    /** The points, for JSON. */
    public Facts facts() {
        return Facts.builder()
                .put("points", points.stream().map(Point::facts).toList())
                .put("enough", enough().pastes)
                .build();
    }
}
