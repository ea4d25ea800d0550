package io.github.rewrite4j.examples;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.composition.Patches;
import io.github.rewrite4j.samediff.strategy.ConflictForecast;
import io.github.rewrite4j.samediff.strategy.KeyOverlap;
import io.github.rewrite4j.samediff.strategy.PatchInterplay;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * How well a conflict of two patches is foreseen: for every ordered pair of edits that were learnt apart the loss that what each
 * draws alone foretells ({@link ConflictForecast}) and the load that the second lays on the object of the first
 * ({@link KeyOverlap}), against what the first loses of its success when the second is added; and the correlations over all pairs.
 */
public final class MeasureConflicts {
    private static final int INPUTS = 16;

    private MeasureConflicts() {}

    /** {@code FOLDER EDIT[@LAYER[:RANK]]...}: edits at one layer, as they are written. */
    public static void main(String[] args) throws IOException {
        if (args.length < 3) {
            throw new IllegalArgumentException("Name the folder of the edits and two edits at least.");
        }
        ComputeThreads.use(2);
        try (Generator avatars = BundledGenerator.load()) {
            List<LearntEdit> edits = new ArrayList<>();
            for (String edit : Arrays.asList(args).subList(1, args.length)) {
                edits.add(LearntEdit.of(avatars, Path.of(args[0]), edit, false));
            }
            List<Point> points = new ArrayList<>();
            say("| of | by | foreseen | load at the object | loss of success |%n|---|---|---|---|---|");
            for (int i = 0; i < edits.size(); i++) {
                for (int j = i + 1; j < edits.size(); j++) {
                    points.addAll(pair(avatars, edits.get(i), edits.get(j)));
                }
            }
            say(
                    "%nOver %d pairs, correlation with the loss, of ranks, and with losses of more than all counted as all:",
                    points.size());
            say("foreseen %s", correlations(points, Point::foreseen));
            say("load at the object %s", correlations(points, Point::load));
        }
    }

    /**
     * A pair.
     *
     * @param foreseen loss, from what each draws alone
     * @param load of the second on the keys of the first
     * @param loss of success that was measured
     */
    private record Point(double foreseen, double load, double loss) {}

    private static String correlations(List<Point> points, ToDoubleFunction<Point> by) {
        List<double[]> plain = points.stream()
                .map(point -> new double[] {by.applyAsDouble(point), point.loss()})
                .toList();
        List<double[]> bounded = plain.stream()
                .map(pair -> new double[] {bounded(pair[0]), bounded(pair[1])})
                .toList();
        return String.format(
                Locale.ROOT, "%.2f, %.2f, %.2f", correlation(plain), correlation(ranks(plain)), correlation(bounded));
    }

    private static double bounded(double loss) {
        return Math.max(-1, Math.min(1, loss));
    }

    private static List<Point> pair(Generator avatars, LearntEdit first, LearntEdit second) {
        List<AppliedPatch> both = List.of(new AppliedPatch(first.patch(), 1), new AppliedPatch(second.patch(), 1));
        List<KeyOverlap> overlaps;
        try (Inputs inputs = avatars.sample(INPUTS, PlannedRewrite.FRESH_SEED)) {
            overlaps = PatchInterplay.of(avatars, both, inputs).overlaps();
        }
        Patch sum = Patches.sum(both);
        List<LearntEdit> edits = List.of(first, second);
        List<Point> points = new ArrayList<>();
        for (int place = 0; place < 2; place++) {
            int at = place;
            LearntEdit of = edits.get(place);
            LearntEdit by = edits.get(1 - place);
            double alone = of.success(of.preview().after(), List.of());
            double loss = 1 - of.success(of.drawn(avatars, sum), List.of()) / alone;
            double foreseen = ConflictForecast.of(avatars, of.preview(), new AppliedPatch(by.patch(), 1))
                    .loss();
            // Patches of different layers have no keys in common.
            double load = overlaps.stream()
                    .filter(overlap -> overlap.of() == at)
                    .mapToDouble(KeyOverlap::objectLoad)
                    .max()
                    .orElse(0);
            say("| %s | %s | %.2f | %.2f | %.2f |", of.name(), by.name(), foreseen, load, loss);
            points.add(new Point(foreseen, load, loss));
        }
        return points;
    }

    /** Each number replaced by its place in order. */
    private static List<double[]> ranks(List<double[]> points) {
        List<double[]> ranks = new ArrayList<>();
        for (double[] point : points) {
            double[] rank = new double[2];
            for (double[] other : points) {
                rank[0] += other[0] < point[0] ? 1 : 0;
                rank[1] += other[1] < point[1] ? 1 : 0;
            }
            ranks.add(rank);
        }
        return ranks;
    }

    private static double correlation(List<double[]> points) {
        double n = points.size();
        double meanX = points.stream().mapToDouble(point -> point[0]).sum() / n;
        double meanY = points.stream().mapToDouble(point -> point[1]).sum() / n;
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (double[] point : points) {
            double x = point[0] - meanX;
            double y = point[1] - meanY;
            xx += x * x;
            yy += y * y;
            xy += x * y;
        }
        return xy / Math.sqrt(xx * yy);
    }

    private static void say(String format, Object... facts) {
        System.out.println(String.format(Locale.ROOT, format, facts));
    }
}
