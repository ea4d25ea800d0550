package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.evaluation.ScoreTable;
import io.github.rewrite4j.samediff.memory.CovarianceCache;
import io.github.rewrite4j.samediff.strategy.EditPreview;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What contexts do for an edit, and what more pastes do instead: one object shown once, with one, four or sixteen contexts
 * (the shown sample among them), and shown four or sixteen times, at ranks 1, 3 and 10. Several edits of the bundled
 * generator, three draws of the samples, measured on samples that no edit used: on all for what everybody should get, on
 * bald heads for what only they can wear.
 *
 * <p>Writes {@code contexts.md} and {@code contexts.csv}, which grows with each edit, into {@code target/rewrite} or the
 * directory given as first argument; further arguments that are numbers are draws instead of 0, 1 and 2, others names of edits
 * instead of all. Some ten minutes on one quiet core.
 */
public final class ContextStudy {
    private static final List<Integer> DRAWS = List.of(0, 1, 2);
    private static final int MOST = 16;
    private static final int MEASURED = 48;
    private static final long FRESH_SEED = 2;
    private static final int[] RANKS = {1, 3, 10};
    private static final List<ScoreTable.Column> COLUMNS = List.of(
            new ScoreTable.Column("success", ScoreTable.Better.HIGHER, 2),
            new ScoreTable.Column("PSNR outside", ScoreTable.Better.HIGHER, 1),
            new ScoreTable.Column("rule left", ScoreTable.Better.NEITHER, 2),
            new ScoreTable.Column("change over weight", ScoreTable.Better.NEITHER, 2));

    /** Bald heads of seed 1, chosen by eye. */
    private static final int[] BALD = {2, 6, 7, 16, 28, 33, 46, 54, 55, 75, 95, 127, 135, 146, 196, 284};

    private ContextStudy() {}

    /** An object and whom it is for. */
    private record Subject(String name, String layer, int object, Region region, boolean forBaldHeads) {
        /** The samples of a draw, the first of which is the one that is always shown. */
        List<Sample> drawn(int draw) {
            if (!forBaldHeads) {
                return Sample.range(Sample.DEFAULT_SEED, 2000 + 100 * draw, 2000 + 100 * draw + MOST);
            }
            List<Sample> heads =
                    new ArrayList<>(Arrays.stream(BALD).mapToObj(Sample::of).toList());
            Collections.shuffle(heads, new Random(draw));
            return heads;
        }

        Edit shown(List<Sample> samples) {
            return Edit.copy(Sample.of(object), region).pasteInto(samples, region);
        }

        Edit inContexts(List<Sample> samples) {
            return shown(samples.subList(0, 1)).inContextOf(samples, region);
        }

        List<Sample> measured(Edit edit) {
            return forBaldHeads ? AvatarEdits.baldHeads() : EditPreview.fresh(edit.samples(), MEASURED, FRESH_SEED);
        }
    }

    private static List<Subject> subjects() {
        return List.of(
                new Subject("big smile", "layer5", 15, Region.ellipse(32, 44, 6, 5), false),
                new Subject("open mouth", "layer5", 29, Region.ellipse(32, 44, 5, 5), false),
                new Subject("moustache", "layer5", 204, Region.ellipse(32, 37, 9, 2.5), false),
                new Subject("wink", "layer5", 1, Region.ellipse(40, 28, 5, 3.5), false),
                new Subject("blue shirt", "layer5", 41, Region.rectangle(12, 55, 40, 9), false),
                new Subject("mohawk", "layer5", 143, Region.ellipse(32, 12, 9, 9), true),
                new Subject("high top", "layer5", 411, Region.rectangle(17, 1, 31, 19), true),
                new Subject("bun", "layer4", 97, Region.ellipse(32, 10, 11, 9), true));
    }

    /** Measures and writes. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args.length > 0 ? args[0] : "target/rewrite");
        ComputeThreads.use(ComputeThreads.configured());
        List<String> further = Arrays.asList(args).subList(Math.min(1, args.length), args.length);
        List<Integer> draws = further.stream()
                .filter(word -> word.matches("[0-9]{1,9}"))
                .map(Integer::valueOf)
                .toList();
        List<Subject> subjects = named(
                further.stream().filter(word -> !word.matches("[0-9]{1,9}")).toList());
        measure(directory, draws.isEmpty() ? DRAWS : draws, subjects);
    }

    private static List<Subject> named(List<String> names) {
        List<String> all = subjects().stream().map(Subject::name).toList();
        for (String name : names) {
            if (!all.contains(name)) {
                throw new IllegalArgumentException("There is no edit '" + name + "': name some of " + all + ".");
            }
        }
        return subjects().stream()
                .filter(subject -> names.isEmpty() || names.contains(subject.name()))
                .toList();
    }

    private static void measure(Path directory, List<Integer> draws, List<Subject> subjects) throws IOException {
        ScoreTable table = new ScoreTable("Contexts and pastes", COLUMNS);
        RewriteListener progress = ProgressDisplay.on(System.out);
        try (Generator avatars = BundledGenerator.load()) {
            CovarianceCache cache = CovarianceCache.in(directory.resolve("covariances"));
            int done = 0;
            for (int draw : draws) {
                for (Subject subject : subjects) {
                    progress.report(subject.name(), done++, subjects.size() * draws.size());
                    measure(avatars, subject, draw, cache, table);
                    write(directory.resolve("contexts.csv"), table.csv());
                }
            }
        }
        table.note("Success and PSNR outside are means over edits and draws of samples, none of them used by the"
                + " edit; \"rule left\" is the loss of the rule after the edit over that before, \"change over"
                + " weight\" the norm of the change over that of the weight. gamma is 0.2.");
        write(directory.resolve("contexts.md"), table.markdown());
        System.out.println(table.markdown());
    }

    private static void write(Path file, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(bytes));
    }

    private static void measure(Generator avatars, Subject subject, int draw, CovarianceCache cache, ScoreTable table) {
        AssociativeMemory memory = avatars.memory(subject.layer());
        List<Sample> samples = subject.drawn(draw);
        for (int rank : RANKS) {
            for (int count : new int[] {1, 4, MOST}) {
                String way = "1 paste, " + count + (count == 1 ? " context" : " contexts");
                Edit edit = subject.inContexts(samples.subList(0, count));
                table.add(run(way, rank, subject, draw, cache, memory, edit));
            }
            for (int count : new int[] {4, MOST}) {
                Edit edit = subject.shown(samples.subList(0, count));
                table.add(run(count + " pastes", rank, subject, draw, cache, memory, edit));
            }
        }
    }

    private static ScoreTable.Run run(
            String way,
            int rank,
            Subject subject,
            int draw,
            CovarianceCache cache,
            AssociativeMemory memory,
            Edit edit) {
        Rewrite rewrite = LowRankRewrite.rank(rank)
                .cache(cache)
                .evaluatedOn(0, FRESH_SEED)
                .rewrite(memory, edit);
        Patch patch = rewrite.patch();
        RewriteReport.FreshSamples fresh =
                EditPreview.of(memory, patch, edit, subject.measured(edit)).measure();
        return new ScoreTable.Run(
                "rank " + rank + ": " + way,
                subject.name(),
                draw,
                List.of(
                        fresh.success(),
                        fresh.outsidePsnr(),
                        rewrite.report().constraintResidual(),
                        rewrite.report().change().relativeNorm()));
    }
}
