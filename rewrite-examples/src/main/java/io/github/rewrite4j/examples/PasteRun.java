package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.image.Difference;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.recipe.Recipe;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.strategy.EditPreview;
import io.github.rewrite4j.samediff.strategy.ExemplarPreview;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import io.github.rewrite4j.samediff.strategy.PatchLabel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Puts an object from pictures on everything that a generator draws, and shows it: the patch, pictures of samples that
 * the edit never saw, and the numbers. Nothing is written before everything is computed.
 */
public final class PasteRun implements WrittenEdit.Shown {
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

    @Override
    public Patch labelled(INDArray before, INDArray after) {
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
     */
    public WrittenEdit write(Path directory, String prefix, RewriteListener listener) throws IOException {
        return WrittenEdit.write(generator, rewrite, fresh(), this, directory, prefix, listener);
    }

    private List<Sample> fresh() {
        return EditPreview.fresh(task.edit().samples(), IN_GRID, task.seed());
    }

    @Override
    public ContactSheet comparison() {
        List<Sample> shown = fresh().subList(0, COMPARED);
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
    @Override
    public Facts facts() {
        Facts.Builder facts = Facts.builder()
                .put("title", task.title())
                .put("seed", task.seed())
                .putAll(rewrite.report().facts().without("insideL1Before", "insideL1After"))
                .put("exemplars", names(task.edit().exemplars()))
                .put("goals", names(task.goals()));
        rewrite.report().fresh().ifPresent(fresh -> facts.put("insideL1Unedited", fresh.insideL1Before())
                .put("insideL1", fresh.insideL1After()));
        return facts.build();
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
