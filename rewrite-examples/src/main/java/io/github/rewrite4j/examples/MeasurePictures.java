package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Learns each of the bundled accessories from three pictures and measures it on 200 new faces by ten pictures that the
 * edit never saw, as the README reports it. Writes {@code pictures.md} and pictures and a patch of each accessory into
 * {@code target/rewrite} or the directory given as argument; a minute or two on two cores.
 */
public final class MeasurePictures {
    private static final int MEASURED = 200;

    private MeasurePictures() {}

    /** Measures and writes. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args.length > 0 ? args[0] : "target/rewrite");
        ComputeThreads.use(ComputeThreads.configured());
        Accessories accessories = Accessories.bundled();
        StringBuilder table = new StringBuilder(
                "| three pictures of | of the way to the goal | SSIM inside | PSNR elsewhere |\n|---|---|---|---|\n");
        try (Generator avatars = BundledGenerator.load()) {
            for (String name : accessories.all()) {
                List<Exemplar> pictures = accessories.named(name);
                PasteRun.Task task = new PasteRun.Task(
                        "Everybody wears " + name + ", learnt from three pictures",
                        ExemplarEdit.of(pictures.subList(0, StackedRule.SHOWN)),
                        OutOfDomainRewrite.inImages(),
                        pictures.subList(StackedRule.SHOWN, StackedRule.SHOWN + StackedRule.GOALS),
                        PlannedRewrite.FRESH_SEED);
                ProgressDisplay progress = ProgressDisplay.on(System.out);
                PasteRun run = PasteRun.of(avatars, OutOfDomainRewrite.memoryOf(avatars), task, MEASURED, progress);
                run.write(directory, name + "-", progress);
                progress.done();
                RewriteReport.FreshSamples fresh =
                        run.rewrite().report().fresh().orElseThrow();
                table.append(String.format(
                        Locale.ROOT,
                        "| %s | %.0f %% | %.2f | %.1f dB |\n",
                        name,
                        100 * fresh.success(),
                        fresh.insideSsim().orElse(Double.NaN),
                        fresh.outsidePsnr()));
            }
        }
        byte[] text = table.toString().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(directory.resolve("pictures.md"), out -> out.write(text));
        System.out.println(table);
    }
}
