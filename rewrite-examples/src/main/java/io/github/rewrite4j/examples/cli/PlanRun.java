package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.ExemplarPlan;
import io.github.rewrite4j.edit.Plan;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.image.Difference;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.recipe.Recipe;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.metric.NothingToMeasureException;
import io.github.rewrite4j.samediff.strategy.EditPreview;
import io.github.rewrite4j.samediff.strategy.ExemplarPreview;
import io.github.rewrite4j.samediff.strategy.PatchLabel;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A plan of any strategy carried out, and pictures of what it did to samples that it does not use. */
final class PlanRun {
    private static final int SHOWN = 64;
    private static final int COMPARED = 10;
    private static final int GAIN = 2;

    private final Generator generator;
    private final Plan plan;
    private final long seed;
    private final Rewrite rewrite;

    private PlanRun(Generator generator, Plan plan, long seed, Rewrite rewrite) {
        this.generator = generator;
        this.plan = plan;
        this.seed = seed;
        this.rewrite = rewrite;
    }

    static PlanRun of(Generator generator, Plan plan, long seed, RewriteListener listener) {
        return new PlanRun(generator, plan, seed, PlannedRewrite.rewrite(generator, plan, seed, listener));
    }

    Rewrite rewrite() {
        return rewrite;
    }

    /** Writes {@code before.png}, {@code after.png}, {@code compare.png} and {@code patch.safetensors}. */
    Facts write(Path folder, Recipe recipe) throws IOException {
        List<Sample> samples = EditPreview.fresh(plan.samples(), SHOWN, seed);
        try (Inputs inputs = generator.sampler().at(samples);
                Generator rewritten = generator.with(rewrite.patch())) {
            INDArray before = generator.generate(inputs);
            INDArray after = rewritten.generate(inputs);
            Patch patch = PatchLabel.on(
                    rewrite.patch(),
                    recipe,
                    () -> measured(generator, plan, rewrite.patch(), SHOWN, seed),
                    seed,
                    before,
                    after);
            patch.save(folder.resolve("patch.safetensors"));
            Images.writeGrid(before, folder.resolve("before.png"));
            Images.writeGrid(after, folder.resolve("after.png"));
            compared(before, after, samples).write(folder.resolve("compare.png"));
        }
        return Facts.builder()
                .put("seed", seed)
                .putAll(rewrite.report().facts())
                .build();
    }

    /**
     * A patch of a plan on samples that the plan does not use.
     *
     * @throws NothingToMeasureException where nothing says what they should show instead
     */
    static EditMetrics measured(Generator generator, Plan plan, Patch patch, int samples, long seed) {
        if (!(plan instanceof ExemplarPlan shown) || !shown.exceptions().isEmpty()) {
            throw new NothingToMeasureException(
                    "Nothing says what fresh samples should show under a plan by " + plan.strategy() + ".");
        }
        GeneratorSpec image = generator.spec();
        return ExemplarPreview.of(
                        PlannedRewrite.memory(generator, plan, patch),
                        patch,
                        shown.goals(image.imageHeight(), image.imageWidth()),
                        EditPreview.fresh(plan.samples(), samples, seed))
                .metrics();
    }

    private ContactSheet compared(INDArray before, INDArray after, List<Sample> samples) {
        int count = Math.min(COMPARED, samples.size());
        INDArray first = first(before, count);
        INDArray changed = first(after, count);
        return ContactSheet.titled(plan.strategy() + " at " + plan.layer())
                .columns(samples.stream()
                        .limit(count)
                        .map(sample -> "#" + sample.index())
                        .toArray(String[]::new))
                .row("before", first)
                .row("after", changed)
                .row("difference x" + GAIN, Difference.absolute(first, changed, GAIN))
                .footer("samples of seed " + seed + ", none used for the edit")
                .build();
    }

    private static INDArray first(INDArray images, int count) {
        return images.get(NDArrayIndex.interval(0, count), NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.all());
    }
}
