package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.layers.EnoughSamples;
import io.github.rewrite4j.samediff.strategy.EditPreview;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * How many samples are enough: for each layer how far the directions of the moustache are off with so many samples, and what that does
 * to the edit at the layer where it is made. Prints the tables of docs/statistics.md. Arguments: samples at most, 2048 unless given, and layers, all unless
 * given.
 */
public final class MeasureStatistics {
    private static final int RANK = 3;
    private static final int FRESH = 64;
    private static final long FRESH_SEED = 2;
    private static final String LAYER = "layer5";
    private static final int[] COUNTS = {16, 64, 256, 1024};
    private static final int SEEDS = 3;
    private static final int FEWEST = 256;
    private static final int DRAWS = 20;

    private MeasureStatistics() {}

    /** Measures. */
    public static void main(String[] args) throws IOException {
        ComputeThreads.use(ComputeThreads.configured());
        int most = args.length > 0 ? Integer.parseInt(args[0]) : 2048;
        Region lip = Region.ellipse(32, 37, 9, 2.5);
        Edit edit = Edit.copy(Sample.of(204), lip).pasteInto(Sample.range(1, 1000, 1016), lip);
        try (Generator avatars = BundledGenerator.load()) {
            System.out.println("| layer | samples | half of the draws below | 95 of 100 below |");
            System.out.println("|---|---|---|---|");
            List<String> chosen = List.of(args).subList(Math.min(1, args.length), args.length);
            for (Layer layer : avatars.layers()) {
                if (!chosen.isEmpty() && !chosen.contains(layer.name())) {
                    continue;
                }
                try {
                    EnoughSamples.within(0.05)
                            .atMost(most)
                            .collect(avatars.memory(layer.name()), edit, RANK, RewriteListener.SILENT)
                            .course()
                            .forEach(error -> System.out.printf(
                                    Locale.ROOT,
                                    "| %s | %,d | %.3f | %.3f |%n",
                                    layer.name(),
                                    error.samples(),
                                    error.median(),
                                    error.bound()));
                } catch (RewriteException | IllegalArgumentException none) {
                    System.out.println("| " + layer.name() + " | | | " + none.getMessage() + " |");
                }
            }
            System.out.println();
            System.out.println("| samples | success, mean of " + SEEDS + " seeds | least | most |");
            System.out.println("|---|---|---|---|");
            for (int count : COUNTS) {
                successes(avatars, edit, count);
            }
            System.out.println();
            System.out.println("| samples | success | its error, by the bootstrap over parts |");
            System.out.println("|---|---|---|");
            for (int count : COUNTS) {
                if (count >= FEWEST && count <= most) {
                    effect(avatars, edit, count);
                }
            }
        }
    }

    private static void effect(Generator avatars, Edit edit, int count) {
        AssociativeMemory memory = avatars.memory(LAYER);
        EnoughSamples.Settled known =
                EnoughSamples.within(1e-9).atMost(count).collect(memory, edit, RANK, RewriteListener.SILENT);
        EnoughSamples.Effect effect =
                EnoughSamples.effect(known, memory, edit, RANK, DRAWS, FRESH, RewriteListener.SILENT);
        System.out.printf(Locale.ROOT, "| %,d | %.4f | %.4f |%n", count, effect.success(), effect.error());
    }

    private static void successes(Generator avatars, Edit edit, int count) {
        double sum = 0;
        double least = 1;
        double most = -1;
        for (int seed = 1; seed <= SEEDS; seed++) {
            Rewrite rewrite = LowRankRewrite.rank(RANK)
                    .statistics(count, seed)
                    .evaluatedOn(0, FRESH_SEED)
                    .rewrite(avatars.memory(LAYER), edit);
            double success = EditPreview.of(avatars.memory(LAYER), rewrite.patch(), edit, FRESH, FRESH_SEED)
                    .metrics()
                    .success();
            sum += success;
            least = Math.min(least, success);
            most = Math.max(most, success);
        }
        System.out.printf(Locale.ROOT, "| %,d | %.3f | %.3f | %.3f |%n", count, sum / SEEDS, least, most);
    }
}
