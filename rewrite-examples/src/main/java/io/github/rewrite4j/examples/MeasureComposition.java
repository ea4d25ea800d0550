package io.github.rewrite4j.examples;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.composition.Composed;
import io.github.rewrite4j.samediff.composition.PatchComposition;
import io.github.rewrite4j.samediff.composition.Patches;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Learns edits apart from each other and makes one patch of them, by addition and by composition, and prints what is left of
 * each: success where its object lies and no other's, on fresh samples, and the share of what it reaches alone.
 */
public final class MeasureComposition {
    private MeasureComposition() {}

    /**
     * {@code FOLDER written|in-images EDIT[@LAYER[:RANK]]...}: the edits as they are written or learnt in images, at
     * layers and ranks of one's own choice where they say so. Of more than five the curve over their number is drawn as well,
     * {@code target/rewrite/compose-curve.png}.
     */
    public static void main(String[] args) throws IOException {
        if (args.length < 4) {
            throw new IllegalArgumentException(
                    "Name the folder of the edits, how to learn them, and two edits at least.");
        }
        ComputeThreads.use(2);
        try (Generator avatars = BundledGenerator.load()) {
            List<LearntEdit> rules = new ArrayList<>();
            long started = System.nanoTime();
            for (String edit : Arrays.asList(args).subList(2, args.length)) {
                rules.add(LearntEdit.of(avatars, Path.of(args[0]), edit, args[1].equals("in-images")));
            }
            double learning = (System.nanoTime() - started) / 1e9;
            List<Kept> curve = new ArrayList<>();
            for (int count : counts(rules.size())) {
                curve.add(measure(avatars, rules.subList(0, count)));
            }
            if (curve.size() > 1) {
                plot(curve).write(Path.of("target/rewrite/compose-curve.png"));
            }
            say("%n%.1f s to learn each rule alone", learning / rules.size());
        }
    }

    /** Five, ten and so on, and all. */
    private static List<Integer> counts(int all) {
        List<Integer> counts = new ArrayList<>();
        for (int count = 5; count < all; count += 5) {
            counts.add(count);
        }
        counts.add(all);
        return counts;
    }

    /** Shares of so many rules that keep 95 % of what they reach alone, and the median of what they keep. */
    private record Kept(int rules, double enough, double enoughAdded, double median, double medianAdded) {}

    private static CurvePlot plot(List<Kept> curve) {
        List<Double> rules = curve.stream().map(point -> (double) point.rules()).toList();
        return CurvePlot.titled("Rules in one generator", "rules", "share")
                .line(
                        "keep 95 %, composed",
                        rules, curve.stream().map(Kept::enough).toList())
                .line(
                        "keep 95 %, added up",
                        rules, curve.stream().map(Kept::enoughAdded).toList())
                .line(
                        "median kept, composed",
                        rules,
                        curve.stream().map(Kept::median).toList())
                .line(
                        "median kept, added up",
                        rules,
                        curve.stream()
                                .map(point -> Math.max(0, point.medianAdded()))
                                .toList());
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private static Kept measure(Generator avatars, List<LearntEdit> rules) {
        List<AppliedPatch> patches =
                rules.stream().map(rule -> new AppliedPatch(rule.patch(), 1)).toList();
        Composed composed = PatchComposition.standard().compose(avatars, patches, RewriteListener.SILENT);
        Patch sum = Patches.sum(patches);
        say(
                "%n| %d rules | alone | added | composed | kept by addition | kept by composition |%n|---|---|---|---|---|---|",
                rules.size());
        int enough = 0;
        int enoughAdded = 0;
        List<Double> kept = new ArrayList<>();
        List<Double> keptAdded = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            LearntEdit rule = rules.get(i);
            double alone = rule.success(rule.preview().after(), rules);
            double added = rule.success(rule.drawn(avatars, sum), rules);
            double all = rule.success(rule.drawn(avatars, composed.patch()), rules);
            enough += all >= 0.95 * alone ? 1 : 0;
            enoughAdded += added >= 0.95 * alone ? 1 : 0;
            kept.add(all / alone);
            keptAdded.add(added / alone);
            say(
                    "| %s | %.3f | %.3f | %.3f | %.0f %% | %.0f %% |",
                    rule.name(), alone, added, all, 100 * added / alone, 100 * all / alone);
        }
        say(
                "%nAt least 95 %% kept: %d of %d composed, %d added. Elsewhere %.4f, added %.4f. Composing took %.1f s.",
                enough, rules.size(), enoughAdded, composed.elsewhere(), composed.elsewhereBySum(), composed.seconds());
        say("Per rule %.1f s.", composed.seconds() / rules.size());
        double all = rules.size();
        return new Kept(rules.size(), enough / all, enoughAdded / all, median(kept), median(keptAdded));
    }

    private static void say(String format, Object... facts) {
        System.out.println(String.format(Locale.ROOT, format, facts));
    }
}
