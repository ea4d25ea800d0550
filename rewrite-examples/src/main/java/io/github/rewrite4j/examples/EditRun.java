package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.examples.AvatarEdits.NamedEdit;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.image.Difference;
import io.github.rewrite4j.image.HeatMap;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.recipe.Recipe;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.strategy.EditPreview;
import io.github.rewrite4j.samediff.strategy.PatchLabel;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import io.github.rewrite4j.samediff.strategy.RuleHeat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Carries out a plan and shows it: the patch, pictures of samples that the edit never saw, and the numbers.
 *
 * <p>Nothing is written before everything is computed, so a failed or cancelled run leaves no file behind.
 */
public final class EditRun implements WrittenEdit.Shown {
    private static final int IN_GRID = 64;
    private static final int COMPARED = 10;
    private static final int MEANT = 6;
    private static final double DIFFERENCE_GAIN = 2;

    private final Generator generator;
    private final NamedEdit edit;
    private final long seed;
    private final Rewrite rewrite;
    private final Optional<RewriteReport.FreshSamples> meant;
    private final Optional<Recipe> recipe;

    private EditRun(Generator generator, NamedEdit edit, long seed, Rewrite rewrite) {
        this(generator, edit, seed, rewrite, Optional.empty());
    }

    private EditRun(Generator generator, NamedEdit edit, long seed, Rewrite rewrite, Optional<Recipe> recipe) {
        this.recipe = recipe;
        this.generator = generator;
        this.edit = edit;
        this.seed = seed;
        this.rewrite = rewrite;
        this.meant = edit.meantFor().isEmpty()
                ? Optional.empty()
                : Optional.of(EditPreview.of(
                                PlannedRewrite.memory(generator, edit.plan()),
                                rewrite.patch(),
                                edit.plan().edit(),
                                edit.meantFor())
                        .measure());
    }

    /**
     * Rewrites.
     *
     * @param seed of the fresh samples to measure on and to show
     */
    public static EditRun of(Generator generator, NamedEdit edit, long seed, RewriteListener listener) {
        return of(generator, edit, PlannedRewrite.of(edit.plan(), seed), seed, listener);
    }

    /** The same by a strategy that says more than the plan does. */
    public static EditRun of(
            Generator generator, NamedEdit edit, RewriteStrategy<Edit> strategy, long seed, RewriteListener listener) {
        EditPlan plan = edit.plan();
        Rewrite rewrite = strategy.rewrite(PlannedRewrite.memory(generator, plan), plan.edit(), listener);
        return new EditRun(generator, edit, seed, rewrite);
    }

    /** The same run, whose patch file will carry its recipe, a claim and a thumbnail. */
    public EditRun carrying(Recipe made) {
        return new EditRun(generator, edit, seed, rewrite, Optional.of(made));
    }

    /** The patch and what was measured. */
    public Rewrite rewrite() {
        return rewrite;
    }

    /** What was measured on the samples that the edit is meant for, where it is not meant for all. */
    public Optional<RewriteReport.FreshSamples> meant() {
        return meant;
    }

    /**
     * Writes {@code before.png}, {@code after.png}, {@code compare.png} and {@code patch.safetensors}, then reads the
     * patch again and checks that the file draws the same pictures.
     *
     * @param prefix of the file names, possibly empty
     */
    public WrittenEdit write(Path directory, String prefix, RewriteListener listener) throws IOException {
        return WrittenEdit.write(generator, rewrite, fresh(IN_GRID), this, directory, prefix, listener);
    }

    @Override
    public Patch labelled(INDArray before, INDArray after) {
        return recipe.map(made -> PatchLabel.on(
                        rewrite.patch(),
                        made,
                        () -> measured(generator, edit.plan(), rewrite.patch(), IN_GRID, seed),
                        seed,
                        before,
                        after))
                .orElseGet(rewrite::patch);
    }

    /** A patch of a plan on samples that the plan does not use. */
    public static EditMetrics measured(Generator generator, EditPlan plan, Patch patch, int samples, long seed) {
        return EditPreview.of(PlannedRewrite.memory(generator, plan, patch), patch, plan.edit(), samples, seed)
                .metrics();
    }

    private List<Sample> fresh(int count) {
        return EditPreview.fresh(edit.plan().edit().samples(), count, seed);
    }

    @Override
    public ContactSheet comparison() {
        EditPlan plan = edit.plan();
        List<Sample> shown = shown();
        Inputs inputs = generator.sampler().at(shown);
        INDArray before = generator.generate(inputs);
        INDArray after = WrittenEdit.drawn(generator, rewrite.patch(), inputs);
        AssociativeMemory memory = PlannedRewrite.memory(generator, plan);
        ContactSheet.Builder sheet = ContactSheet.titled(edit.title())
                .columns(shown.stream().map(sample -> "#" + sample.index()).toArray(String[]::new))
                .row("before", before)
                .row("after", after)
                .row("difference x" + (int) DIFFERENCE_GAIN, Difference.absolute(before, after, DIFFERENCE_GAIN));
        if (memory.form().isPresent()) {
            // Several layers at once have no keys that fire.
            INDArray heat = RuleHeat.of(memory, rewrite.patch(), inputs);
            double hottest = Math.max(heat.maxNumber().doubleValue(), Float.MIN_NORMAL);
            sheet.row("where the rule fires", HeatMap.range(0, hottest).over(heat, before));
        }
        return sheet.footer(
                        plan.method() + ", " + plan.layer() + "; samples of seed " + seed + ", none used for the edit")
                .build();
    }

    /** Some that the edit is meant for, then the first others. */
    private List<Sample> shown() {
        List<Sample> shown = new ArrayList<>(
                edit.meantFor().subList(0, Math.min(MEANT, edit.meantFor().size())));
        fresh(IN_GRID).stream()
                .filter(sample -> !edit.meantFor().contains(sample))
                .limit(COMPARED - shown.size())
                .forEach(shown::add);
        return shown;
    }

    @Override
    public Facts facts() {
        Facts.Builder facts = Facts.builder()
                .put("title", edit.title())
                .put("seed", seed)
                .putAll(rewrite.report().facts());
        meant.ifPresent(measured -> facts.put("meantForByEye", measured.facts()));
        return facts.build();
    }
}
