package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.image.Difference;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.recipe.Recipe;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.strategy.EditPreview;
import io.github.rewrite4j.samediff.strategy.ExemplarPreview;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import io.github.rewrite4j.samediff.strategy.PatchLabel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Puts an object from pictures on everything that a generator draws, and shows it: the patch, pictures of samples that
 * the edit never saw, and the numbers. Nothing is written before everything is computed.
 */
public final class PasteRun {
    private static final int IN_GRID = 64;
    private static final int COMPARED = 10;
    private static final double DIFFERENCE_GAIN = 2;

    private final Generator generator;
    private final AssociativeMemory memory;
    private final Task task;
    private final Rewrite rewrite;
    private final Optional<Recipe> recipe;

    /**
     * What to do.
     *
     * @param title for pictures and summaries
     * @param edit the exemplars and what they are shown on
     * @param strategy how
     * @param goals exemplars that pictures and numbers are compared with, in turn
     * @param seed of the fresh samples
     */
    public record Task(String title, ExemplarEdit edit, OutOfDomainRewrite strategy, List<Exemplar> goals, long seed) {
        public Task {
            goals = List.copyOf(goals);
        }
    }

    private PasteRun(
            Generator generator, AssociativeMemory memory, Task task, Rewrite rewrite, Optional<Recipe> recipe) {
        this.recipe = recipe;
        this.generator = generator;
        this.memory = memory;
        this.task = task;
        this.rewrite = rewrite;
    }

    /**
     * Rewrites.
     *
     * @param measured number of fresh samples that the report is measured on
     */
    public static PasteRun of(
            Generator generator, AssociativeMemory memory, Task task, int measured, RewriteListener listener) {
        OutOfDomainRewrite strategy = task.strategy().evaluatedOn(task.goals(), measured, task.seed());
        return new PasteRun(generator, memory, task, strategy.rewrite(memory, task.edit(), listener), Optional.empty());
    }

    /** The same run, whose patch file will carry its recipe, a claim and a thumbnail. */
    public PasteRun carrying(Recipe made) {
        return new PasteRun(generator, memory, task, rewrite, Optional.of(made));
    }

    /** A patch of a task on samples that the task does not use. */
    public static EditMetrics measured(AssociativeMemory memory, Task task, Patch patch, int samples, long seed) {
        return ExemplarPreview.of(
                        memory,
                        patch,
                        task.goals(),
                        EditPreview.fresh(task.edit().samples(), samples, seed))
                .metrics();
    }

    private Patch labelled(INDArray before, INDArray after) {
        return recipe.map(made -> PatchLabel.on(
                        rewrite.patch(),
                        made,
                        () -> measured(memory, task, rewrite.patch(), IN_GRID, task.seed()),
                        task.seed(),
                        before,
                        after))
                .orElseGet(rewrite::patch);
    }

    /** The patch and what was measured. */
    public Rewrite rewrite() {
        return rewrite;
    }

    /**
     * Writes {@code before.png}, {@code after.png}, {@code compare.png} and {@code patch.safetensors}, then reads the
     * patch again and checks that the file draws the same pictures.
     *
     * @param prefix of the file names, possibly empty
     * @return the facts of the report, for JSON
     */
    public Map<String, Object> write(Path directory, String prefix, RewriteListener listener) throws IOException {
        long started = System.nanoTime();
        listener.report(Stage.PICTURES, 0, 2);
        List<Sample> samples = EditPreview.fresh(task.edit().samples(), IN_GRID, task.seed());
        Inputs inputs = generator.sampler().at(samples);
        INDArray before = generator.generate(inputs);
        INDArray after = drawnWith(rewrite.patch(), inputs);
        ContactSheet comparison = comparison(samples.subList(0, COMPARED));
        Map<String, Object> facts = facts();
        listener.report(Stage.PICTURES, 1, 2);

        Path patch = directory.resolve(prefix + "patch.safetensors");
        labelled(before, after).save(patch);
        if (!drawnWith(Patch.load(patch), inputs).equals(after)) {
            throw new RewriteException("The patch read again from " + patch
                    + " does not draw what it drew before it was saved: the disk or this library is at fault.");
        }
        Images.writeGrid(before, directory.resolve(prefix + "before.png"));
        Images.writeGrid(after, directory.resolve(prefix + "after.png"));
        comparison.write(directory.resolve(prefix + "compare.png"));
        Map<String, Object> seconds = new LinkedHashMap<>(rewrite.report().seconds());
        seconds.put("pictures", (System.nanoTime() - started) / 1e9);
        facts.put("seconds", seconds);
        facts.put("patchBytes", Files.size(patch));
        return facts;
    }

    private INDArray drawnWith(Patch patch, Inputs inputs) {
        try (Generator rewritten = generator.with(patch)) {
            return rewritten.generate(inputs);
        }
    }

    private ContactSheet comparison(List<Sample> shown) {
        ExemplarPreview preview = ExemplarPreview.of(memory, rewrite.patch(), task.goals(), shown);
        List<String> columns = new ArrayList<>();
        shown.forEach(sample -> columns.add("#" + sample.index()));
        return ContactSheet.titled(task.title())
                .columns(columns.toArray(String[]::new))
                .row("before", preview.before())
                .row("after", preview.after())
                .row("object put on by hand", preview.goal())
                .row(
                        "difference x" + (int) DIFFERENCE_GAIN,
                        Difference.absolute(preview.before(), preview.after(), DIFFERENCE_GAIN))
                .footer(rewrite.report().strategy() + ", " + memory.spec().name() + ", "
                        + task.edit().exemplars().size() + " pictures on "
                        + task.edit().contexts().size() + " contexts; samples of seed " + task.seed()
                        + ", none used for the edit")
                .build();
    }

    /** The report under the names that an out-of-domain edit is judged by. */
    private Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("title", task.title());
        facts.put("seed", task.seed());
        Map<String, Object> measured = rewrite.report().toMap();
        measured.remove("insideL1Before");
        measured.remove("insideL1After");
        facts.putAll(measured);
        facts.put("exemplars", names(task.edit().exemplars()));
        facts.put("goals", names(task.goals()));
        rewrite.report().fresh().ifPresent(fresh -> {
            facts.put("insideL1Unedited", fresh.insideL1Before());
            facts.put("insideL1", fresh.insideL1After());
        });
        return facts;
    }

    private static List<String> names(List<Exemplar> exemplars) {
        return exemplars.stream().map(Exemplar::name).toList();
    }

    /** Two or three lines on what was reached. */
    public String summary() {
        RewriteReport report = rewrite.report();
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "  rule         loss %.3f -> %.3f in %d steps, %s%n",
                report.lossBefore(),
                report.lossAfter(),
                report.iterations(),
                memory.spec().name()));
        report.fresh()
                .ifPresent(fresh -> text.append(String.format(
                        Locale.ROOT,
                        "  new faces    %d measured: inside L1 to the goal %.3f -> %.3f (%.0f %% of the way),%n"
                                + "               elsewhere L1 %.3f, PSNR %.1f dB%n",
                        fresh.samples(),
                        fresh.insideL1Before(),
                        fresh.insideL1After(),
                        100 * fresh.success(),
                        fresh.outsideL1(),
                        fresh.outsidePsnr())));
        report.warnings()
                .forEach(warning ->
                        text.append("  warning      ").append(warning).append(System.lineSeparator()));
        return text.toString().stripTrailing();
    }
}
