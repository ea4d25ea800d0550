package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.examples.AvatarEdits.NamedEdit;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.recipe.Ingredient;
import io.github.rewrite4j.recipe.Recipe;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import io.github.rewrite4j.samediff.strategy.RecordedEdit;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Rewrites three rules of the bundled generator and shows them on samples that were never used for the edits: two by
 * copying what the generator draws itself, one from three pictures of sunglasses, which it never drew.
 *
 * <p>Writes {@code before.png}, {@code after.png}, {@code compare.png}, {@code patch.safetensors} and {@code report.json}
 * for the first edit and the same with a prefix for the others, into {@code target/rewrite} or the directory given as
 * argument.
 */
public final class MainJob {
    private static final int MEASURED = 200;

    private final PrintStream out;
    private final Path directory;

    private MainJob(PrintStream out, Path directory) {
        this.out = out;
        this.directory = directory;
    }

    /** Runs the job; the only argument is the directory to write to. */
    public static void main(String[] args) throws IOException {
        new MainJob(System.out, Path.of(args.length > 0 ? args[0] : "target/rewrite")).run();
    }

    private void run() throws IOException {
        long started = System.nanoTime();
        ComputeThreads.use(ComputeThreads.configured());
        try (Generator avatars = BundledGenerator.load()) {
            out.println("Rewrite4J on " + avatars.spec().architecture());
            Facts.Builder report = Facts.builder().putAll(edit(avatars, AvatarEdits.moustache(), ""));
            NamedEdit second = AvatarEdits.bun();
            report.put(second.name(), edit(avatars, second, second.name() + "-"));
            report.put("sunglasses", sunglasses(avatars));
            double seconds = (System.nanoTime() - started) / 1e9;
            report.put("totalSeconds", seconds);
            report.build().write(directory.resolve("report.json"));
            out.printf(
                    Locale.ROOT,
                    "%nDone in %.1f s. Pictures, patches and report.json are in %s.%n",
                    seconds,
                    directory.toAbsolutePath());
        }
    }

    private Facts edit(Generator avatars, NamedEdit edit, String prefix) throws IOException {
        out.printf("%n%s (%s)%n", edit.title(), edit.plan().layer());
        ProgressDisplay progress = ProgressDisplay.on(out);
        EditRun run = EditRun.of(avatars, edit, PlannedRewrite.FRESH_SEED, progress)
                .carrying(RecordedEdit.of(edit.plan()).recipe());
        WrittenEdit written = run.write(directory, prefix, progress);
        progress.done();
        RewriteReport report = run.rewrite().report();
        out.printf(
                Locale.ROOT,
                "  rule         loss %.3f -> %.3f in %d iterations, rank %d%n",
                report.lossBefore(),
                report.lossAfter(),
                report.iterations(),
                report.change().rank());
        run.meant().ifPresent(fresh -> summarise("meant for", fresh));
        report.fresh().ifPresent(fresh -> summarise("new faces", fresh));
        report.warnings().forEach(warning -> out.println("  warning      " + warning));
        out.printf(
                Locale.ROOT,
                "  patch        %,d bytes: %spatch.safetensors, draws the same when loaded again%n",
                written.patchBytes(),
                prefix);
        out.printf("  pictures     %1$sbefore.png, %1$safter.png, %1$scompare.png%n", prefix);
        return written.facts();
    }

    /** Three pictures are seen by the edit, ten others say how it should look. */
    private Facts sunglasses(Generator avatars) throws IOException {
        out.printf("%nEverybody wears sunglasses, from three pictures (layer5..layer7)%n");
        List<Exemplar> pictures = Accessories.bundled().named("sunglasses");
        PasteRun.Task task = new PasteRun.Task(
                "Everybody wears sunglasses, learnt from three pictures",
                ExemplarEdit.of(pictures.subList(0, 3)),
                OutOfDomainRewrite.inImages(),
                pictures.subList(3, 13),
                PlannedRewrite.FRESH_SEED);
        ProgressDisplay progress = ProgressDisplay.on(out);
        PasteRun run = PasteRun.of(avatars, OutOfDomainRewrite.memoryOf(avatars), task, MEASURED, progress)
                .carrying(recipe(task));
        WrittenEdit written = run.write(directory, "sunglasses-", progress);
        progress.done();
        out.println(run.summary());
        out.printf(
                Locale.ROOT,
                "  patch        %,d bytes: sunglasses-patch.safetensors%n"
                        + "  pictures     sunglasses-before.png, sunglasses-after.png, sunglasses-compare.png%n",
                written.patchBytes());
        return written.facts();
    }

    /** Pictures that come with the library, by hash; whoever runs this program again makes the patch again. */
    private static Recipe recipe(PasteRun.Task task) {
        List<Ingredient> pictures = new ArrayList<>();
        for (Exemplar exemplar : task.edit().exemplars()) {
            pictures.add(Ingredient.of(
                    pictures.size() + "/" + exemplar.name() + ".png", Images.toPng(exemplar.with()), false));
        }
        return new Recipe(
                Recipe.LIBRARY,
                MainJob.class.getSimpleName(),
                List.of(task.title(), task.strategy().name(), "seed " + task.seed()),
                pictures);
    }

    private void summarise(String which, RewriteReport.FreshSamples fresh) {
        out.printf(
                Locale.ROOT,
                "  %-12s %d measured: inside L1 to the goal %.3f -> %.3f (%.0f %% of the way),%n"
                        + "               elsewhere L1 %.3f, PSNR %.1f dB%s%n",
                which,
                fresh.samples(),
                fresh.insideL1Before(),
                fresh.insideL1After(),
                100 * fresh.success(),
                fresh.outsideL1(),
                fresh.outsidePsnr(),
                fresh.outsideSsim().isPresent()
                        ? String.format(
                                Locale.ROOT, ", SSIM %.3f", fresh.outsideSsim().getAsDouble())
                        : "");
    }
}
