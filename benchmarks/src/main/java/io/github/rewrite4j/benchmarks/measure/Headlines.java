package io.github.rewrite4j.benchmarks.measure;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.benchmarks.SecondMomentBenchmark;
import io.github.rewrite4j.benchmarks.SteppedRun;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.examples.AvatarEdits;
import io.github.rewrite4j.samediff.memory.CovarianceCache;
import io.github.rewrite4j.samediff.projector.ProjectorTraining;
import io.github.rewrite4j.samediff.strategy.EditCompiler;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.bytedeco.javacpp.FloatPointer;

/** Measures the headline numbers, both sides of each in turn. */
final class Headlines {
    private static final int BATCH = 16;
    private static final int PUBLISHED_STEPS = 2001;
    private static final int STEP_IMAGES = 4;

    /** So many short edits for each long one: their median is to be one as well. */
    private static final int EDITS = 9;

    private final int rounds;
    private final int threads;
    private final int steps;

    /**
     * @param rounds of short tasks; long ones run fewer times
     * @param threads as they are set
     * @param steps of the published optimiser
     */
    Headlines(int rounds, int threads, int steps) {
        this.rounds = rounds;
        this.threads = threads;
        this.steps = steps;
    }

    Headlines(int rounds, int threads) {
        this(rounds, threads, PUBLISHED_STEPS);
    }

    List<Headline> measure() throws Exception {
        List<Headline> headlines = new ArrayList<>(secondMoment());
        try (Generator generator = BundledGenerator.load()) {
            headlines.addAll(rankOneEdit(generator));
            headlines.add(generate(generator));
            headlines.add(projectorSteps(generator));
        }
        return headlines;
    }

    private List<Headline> secondMoment() throws Exception {
        SecondMomentBenchmark keys = new SecondMomentBenchmark();
        keys.channels = Peaks.ORDER;
        keys.threads = threads;
        keys.draw();
        String ours = "second moment of 4,096 keys of 512 channels as maps [16, 512, 16, 16], summed in float64";
        try (FloatPointer rows = Peaks.filled(Peaks.ORDER * Peaks.KEYS);
                FloatPointer product = Peaks.filled(Peaks.ORDER * Peaks.ORDER)) {
            Interleaved syrk =
                    Interleaved.of(rounds, keys::syrk, () -> Peaks.ssyrk(rows, product, Peaks.ORDER, Peaks.KEYS));
            Interleaved outer = Interleaved.of(Math.max(2, rounds / 10), keys::syrk, keys::outerProducts);
            return List.of(
                    new Headline(
                            "secondMomentOverSyrkPeak",
                            syrk.ratio(),
                            "share of the rate",
                            ours,
                            "one cblas_ssyrk of the same OpenBLAS over 4,096 keys of 512 channels as rows",
                            syrk),
                    new Headline(
                            "secondMomentOverOuterProducts",
                            outer.ratio(),
                            "times faster",
                            ours,
                            "the outer product of every key in ND4J, four at once into a reused array, added up",
                            outer));
        } finally {
            keys.close();
        }
    }

    private List<Headline> rankOneEdit(Generator generator) throws Exception {
        AssociativeMemory memory = generator.memory("layer4");
        Edit edit = AvatarEdits.bun().plan().edit();
        Path directory = Files.createTempDirectory("rewrite4j-measure");
        try {
            CovarianceCache cache = CovarianceCache.in(directory);
            cache.covariance(memory, 1000, 1, RewriteListener.SILENT);
            LowRankRewrite ours = LowRankRewrite.rank(1).gamma(0).cache(cache).evaluatedOn(0, 2);
            LowRankRewrite published = ours.byProjectedGradient(steps, 0.05);
            Rewrite first = ours.rewrite(memory, edit);
            for (int i = 0; i < 4; i++) {
                ours.rewrite(memory, edit);
            }
            WeightDelta.LowRank change =
                    (WeightDelta.LowRank) first.patch().deltas().get(0);
            FullMapDescent descent = new FullMapDescent(memory, EditCompiler.rule(memory, edit), change.right());
            int few = Math.max(1, rounds / 20);
            double[] mine = new double[few * EDITS];
            double[] onBoxes = new double[few];
            double[] onMaps = new double[few];
            double[] losses = new double[3];
            for (int i = 0; i < few; i++) {
                for (int j = 0; j < EDITS; j++) {
                    Rewrite rewrite = ours.rewrite(memory, edit);
                    mine[i * EDITS + j] = solveMilliseconds(rewrite);
                    losses[0] = rewrite.report().lossAfter();
                }
                Rewrite slow = published.rewrite(memory, edit);
                onBoxes[i] = solveMilliseconds(slow);
                losses[1] = slow.report().lossAfter();
                onMaps[i] = Interleaved.milliseconds(() -> losses[2] = descent.run(steps));
            }
            double median = Interleaved.median(mine);
            Interleaved maps = new Interleaved(median, Interleaved.median(onMaps), few);
            Interleaved boxes = new Interleaved(median, Interleaved.median(onBoxes), few);
            String solved = String.format(
                    Locale.ROOT,
                    "rank-one bun on four samples by Levenberg-Marquardt, gamma 0, keys and statistics given; loss %.4f",
                    losses[0]);
            String descended = "%,d steps of the published projected gradient (Bau et al. 2020) %s; loss %.4f";
            return List.of(
                    new Headline(
                            "rankOneEditOverProjectedGradient",
                            maps.ratio(),
                            "times faster",
                            solved,
                            String.format(Locale.ROOT, descended, steps, "on whole maps, float32, native", losses[2]),
                            maps),
                    new Headline(
                            "rankOneEditOverProjectedGradientInBoxes",
                            boxes.ratio(),
                            "times faster",
                            solved,
                            String.format(
                                    Locale.ROOT, descended, steps, "on the goal cells alone, float64 dgemm", losses[1]),
                            boxes));
        } finally {
            deleteAll(directory);
        }
    }

    private static double solveMilliseconds(Rewrite rewrite) {
        return 1e3 * rewrite.report().seconds().getOrDefault("solve", Double.NaN);
    }

    private Headline generate(Generator generator) throws Exception {
        Inputs many = generator.sample(BATCH, 1);
        Interleaved times =
                Interleaved.of(rounds, () -> generator.generate(many).close(), () -> {
                    for (int i = 0; i < BATCH; i++) {
                        generator.generate(many.slice(i, i + 1)).close();
                    }
                });
        return new Headline(
                "generateImagesPerSecond",
                BATCH / times.ours() * 1e3,
                "images of 64x64 per second",
                "16 images of the bundled generator in one call",
                "the same 16 images in 16 calls",
                times);
    }

    private Headline projectorSteps(Generator generator) throws Exception {
        ProjectorTraining training = ProjectorTraining.defaults();
        try (SteppedRun whole = SteppedRun.projector(generator, training.batch(STEP_IMAGES), threads);
                SteppedRun single = SteppedRun.projector(generator, training.batch(1), threads)) {
            Interleaved times = Interleaved.of(rounds, whole::step, () -> {
                for (int i = 0; i < STEP_IMAGES; i++) {
                    single.step();
                }
            });
            return new Headline(
                    "projectorStepsPerSecond",
                    1e3 / times.ours(),
                    "steps of 4 images per second",
                    "one default training step of the projector of layer 6 on 4 images",
                    "the same number of images in 4 steps of one",
                    times);
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
