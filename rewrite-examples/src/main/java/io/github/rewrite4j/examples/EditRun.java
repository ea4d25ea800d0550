package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.image.Difference;
import io.github.rewrite4j.image.HeatMap;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.samediff.strategy.EditPreview;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import io.github.rewrite4j.samediff.strategy.RuleHeat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Carries out a plan and shows it: the patch, pictures of samples that the edit never saw, and the numbers.
 *
 * <p>Nothing is written before everything is computed, so a failed or cancelled run leaves no file behind.
 */
public final class EditRun {
    private static final int IN_GRID = 64;
    private static final int COMPARED = 10;
    private static final double DIFFERENCE_GAIN = 2;

    private final Generator generator;
    private final String title;
    private final EditPlan plan;
    private final long seed;
    private final Rewrite rewrite;

    private EditRun(Generator generator, String title, EditPlan plan, long seed, Rewrite rewrite) {
        this.generator = generator;
        this.title = title;
        this.plan = plan;
        this.seed = seed;
        this.rewrite = rewrite;
    }

    /**
     * Rewrites.
     *
     * @param title of the contact sheet
     * @param seed of the fresh samples to measure on and to show
     */
    public static EditRun of(Generator generator, String title, EditPlan plan, long seed, RewriteListener listener) {
        LowRankRewrite strategy = PlannedRewrite.of(plan).evaluatedOn(plan.freshSamples(), seed);
        Rewrite rewrite = strategy.rewrite(generator.memory(plan.layer()), plan.edit(), listener);
        return new EditRun(generator, title, plan, seed, rewrite);
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
    public Map<String, Object> write(Path directory, String prefix) throws IOException {
        long started = System.nanoTime();
        List<Sample> samples = EditPreview.fresh(plan.edit().samples(), IN_GRID, seed);
        Inputs inputs = generator.sampler().at(samples);
        INDArray before = generator.generate(inputs);
        INDArray after = drawnWith(rewrite.patch(), inputs);
        ContactSheet comparison = comparison(samples.subList(0, COMPARED), before, after);

        Path patch = directory.resolve(prefix + "patch.safetensors");
        rewrite.patch().save(patch);
        if (!drawnWith(Patch.load(patch), inputs).equals(after)) {
            throw new RewriteException("The patch read again from " + patch
                    + " does not draw what it drew before it was saved: the disk or this library is at fault.");
        }
        Images.writeGrid(before, directory.resolve(prefix + "before.png"));
        Images.writeGrid(after, directory.resolve(prefix + "after.png"));
        comparison.write(directory.resolve(prefix + "compare.png"));
        return facts(Files.size(patch), (System.nanoTime() - started) / 1e9);
    }

    private INDArray drawnWith(Patch patch, Inputs inputs) {
        try (Generator rewritten = generator.with(patch)) {
            return rewritten.generate(inputs);
        }
    }

    private ContactSheet comparison(List<Sample> samples, INDArray before, INDArray after) {
        AssociativeMemory memory = generator.memory(plan.layer());
        INDArray shownBefore = PatchStack.first(before, COMPARED);
        INDArray shownAfter = PatchStack.first(after, COMPARED);
        INDArray heat = RuleHeat.of(memory, rewrite.patch(), generator.sampler().at(samples));
        double hottest = Math.max(heat.maxNumber().doubleValue(), Float.MIN_NORMAL);
        return ContactSheet.titled(title)
                .columns(samples.stream().map(sample -> "#" + sample.index()).toArray(String[]::new))
                .row("before", shownBefore)
                .row("after", shownAfter)
                .row("difference x" + (int) DIFFERENCE_GAIN, Difference.absolute(shownBefore, shownAfter, DIFFERENCE_GAIN))
                .row("where the rule fires", HeatMap.range(0, hottest).over(heat, shownBefore))
                .footer(rewrite.report().strategy() + ", " + plan.layer() + ", rank " + plan.rank() + "; samples of seed "
                        + seed + ", none used for the edit")
                .build();
    }

    private Map<String, Object> facts(long patchBytes, double secondsOfPictures) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("title", title);
        facts.put("seed", seed);
        facts.putAll(rewrite.report().toMap());
        Map<String, Object> seconds = new LinkedHashMap<>(rewrite.report().seconds());
        seconds.put("pictures", secondsOfPictures);
        facts.put("seconds", seconds);
        facts.put("patchBytes", patchBytes);
        return facts;
    }
}
