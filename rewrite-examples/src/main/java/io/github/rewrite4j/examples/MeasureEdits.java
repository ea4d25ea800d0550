package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.edit.EditFile;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.MaskFiles;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.layers.LayerChoice;
import io.github.rewrite4j.samediff.strategy.EditPreview;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Carries edit files out on the bundled generator as they say and with layer, rank and strategy chosen, and prints a table of
 * what both reach on fresh samples, on all and on bald heads: success, decibels outside, seconds.
 */
public final class MeasureEdits {
    private MeasureEdits() {}

    /** {@code FOLDER [NAME...]}: all edits of the folder, or those. */
    public static void main(String[] args) throws IOException {
        if (args.length == 0) {
            throw new IllegalArgumentException("Name the folder of the edits.");
        }
        ComputeThreads.use(2);
        Path folder = Path.of(args[0]);
        PrintStream out = System.out;
        out.println("| edit | | layer | rank | success | outside | bald heads | seconds |");
        out.println("|---|---|---|---|---|---|---|---|");
        try (Generator avatars = BundledGenerator.load()) {
            for (String name : names(folder, args)) {
                EditPlan plan = (EditPlan) EditFile.plan(folder.resolve(name + ".json"), MaskFiles.INSIDE_FOLDER);
                out.println(row(avatars, name, "as it says", plan));
                EditPlan any =
                        new EditPlan(plan.edit(), LayerChoice.AUTO, Method.InImages.standard(), plan.freshSamples());
                long started = System.nanoTime();
                LayerChoice choice = LayerChoice.of(avatars, any, RewriteListener.SILENT);
                double choosing = (System.nanoTime() - started) / 1e9;
                out.println(row(
                        avatars,
                        name,
                        String.format(Locale.ROOT, "chosen (in %.1f s)", choosing),
                        choice.applied(any)));
                out.flush();
            }
        }
    }

    private static List<String> names(Path folder, String... args) throws IOException {
        if (args.length > 1) {
            return Arrays.asList(args).subList(1, args.length);
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".json"))
                    .map(file -> file.replaceFirst("\\.json$", ""))
                    .sorted()
                    .toList();
        }
    }

    private static String row(Generator avatars, String name, String how, EditPlan plan) {
        AssociativeMemory memory = avatars.memory(plan.layer());
        Rewrite rewrite = PlannedRewrite.of(plan).rewrite(memory, plan.edit(), RewriteListener.SILENT);
        Patch patch = rewrite.patch();
        RewriteReport report = rewrite.report();
        RewriteReport.FreshSamples all = report.fresh().orElseThrow();
        RewriteReport.FreshSamples bald = EditPreview.of(memory, patch, plan.edit(), AvatarEdits.baldHeads())
                .measure();
        OptionalInt rank = report.rank();
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %.2f | %.1f | %.2f / %.1f | %.1f |",
                name,
                how,
                plan.layer(),
                rank.isPresent() ? Integer.toString(rank.getAsInt()) : "full",
                all.success(),
                all.outsidePsnr(),
                bald.success(),
                bald.outsidePsnr(),
                report.totalSeconds());
    }
}
