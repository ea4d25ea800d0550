package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.memory.CovarianceCache;
import io.github.rewrite4j.samediff.search.Search;
import io.github.rewrite4j.samediff.search.Trigger;
import io.github.rewrite4j.samediff.strategy.InImagesRewrite;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Seconds of what a user waits for on the bundled generator: edits from call to report on 64 fresh samples with statistics
 * on disk, and searches through 1,000 samples. Medians of five runs after one that does not count.
 */
public final class MeasureSpeed {
    private static final int RUNS = 5;
    private static final Region LIP = Region.ellipse(32, 37, 9, 2.5);

    private MeasureSpeed() {}

    /** {@code FOLDER}: where statistics are kept. */
    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            throw new IllegalArgumentException("Name a folder for the statistics.");
        }
        ComputeThreads.use(2);
        CovarianceCache cache = CovarianceCache.in(Path.of(args[0]));
        try (Generator avatars = BundledGenerator.load()) {
            AssociativeMemory layer = avatars.memory("layer5");
            for (int[] size : new int[][] {{3, 1}, {10, 16}, {16, 16}, {16, 32}}) {
                Edit edit = Edit.copy(Sample.of(204), LIP)
                        .pasteInto(Sample.range(Sample.DEFAULT_SEED, 1000, 1000 + size[1]), LIP);
                LowRankRewrite strategy =
                        LowRankRewrite.rank(size[0]).gamma(0.7).cache(cache);
                Rewrite[] last = new Rewrite[1];
                double seconds = median(() -> last[0] = strategy.rewrite(layer, edit, RewriteListener.SILENT));
                say(
                        "edit, rank %d, %d pastes: %.2f s %s",
                        size[0], size[1], seconds, last[0].report().seconds());
            }
            Edit one = Edit.copy(Sample.of(204), LIP).pasteInto(Sample.of(1000), LIP);
            say(
                    "edit in images: %.2f s",
                    median(() -> InImagesRewrite.standard().rewrite(layer, one, RewriteListener.SILENT)));
            for (String name : List.of("layer4", "layer5", "layer6")) {
                AssociativeMemory memory = avatars.memory(name);
                Trigger trigger = Trigger.context(
                        memory,
                        List.of(new Selection(Sample.of(204), LIP)),
                        cache.covariance(memory, 1000, Sample.DEFAULT_SEED, RewriteListener.SILENT));
                say(
                        "search of 1,000 samples at %s: %.2f s",
                        name, median(() -> Search.at(memory, trigger).among(2, 0, 1000, RewriteListener.SILENT)));
            }
        }
    }

    private static double median(Runnable work) {
        work.run();
        double[] seconds = new double[RUNS];
        for (int run = 0; run < RUNS; run++) {
            long started = System.nanoTime();
            work.run();
            seconds[run] = (System.nanoTime() - started) / 1e9;
        }
        Arrays.sort(seconds);
        return seconds[RUNS / 2];
    }

    private static void say(String format, Object... facts) {
        System.out.println(String.format(Locale.ROOT, format, facts));
    }
}
