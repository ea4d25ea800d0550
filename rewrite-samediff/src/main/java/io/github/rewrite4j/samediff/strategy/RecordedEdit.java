package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Carries out a plan so that the patch explains itself: it carries its recipe (the plan, files that the plan names by hash, the
 * strategy with its settings, the library's version), what was measured on fresh samples, and a thumbnail. {@code rewrite rebuild}
 * makes it again, {@code rewrite verify} measures it again.
 *
 * <pre>{@code
 * EditPlan plan = EditPlan.of(edit, "layer5", 3);
 * Rewrite rewrite = RecordedEdit.of(plan).rewrite(generator, RewriteListener.SILENT);
 * rewrite.patch().save(Path.of("bun.safetensors")); // rewrite rebuild bun.safetensors
 * }</pre>
 *
 * <p>Costs 64 further images beside the rewrite. Immutable.
 */
public final class RecordedEdit {
    private static final int MEASURED = 64;
    private static final int SHOWN = 4;

    private final EditPlan plan;
    private final long seed;
    private final Optional<Path> files;

    private RecordedEdit(EditPlan plan, long seed, Optional<Path> files) {
        this.plan = plan;
        this.seed = seed;
        this.files = files;
    }

    /** A plan whose regions are drawn or written as text; measured on samples of {@link PlannedRewrite#FRESH_SEED}. */
    public static RecordedEdit of(EditPlan plan) {
        return new RecordedEdit(Objects.requireNonNull(plan, "plan"), PlannedRewrite.FRESH_SEED, Optional.empty());
    }

    /** The same measured on samples of another seed. */
    public RecordedEdit evaluatedOn(long freshSeed) {
        return new RecordedEdit(plan, freshSeed, files);
    }

    /** The same, with the folder where files lie that the plan names: masks, pictures, latents. They are embedded. */
    public RecordedEdit filesIn(Path folder) {
        return new RecordedEdit(plan, seed, Optional.of(Objects.requireNonNull(folder, "folder")));
    }

    /**
     * The recipe of the plan; the plan itself is part of it.
     *
     * @throws IOException if the plan cannot be written, because a region was made from an array, or a file that it names is gone
     */
    public Recipe recipe() throws IOException {
        return PlanRecipe.of(plan, seed, files);
    }

    /**
     * Rewrites.
     *
     * @param generator to rewrite
     * @return a patch with its recipe, and the report
     * @throws IOException as {@link #recipe()} does, before anything is computed
     */
    public Rewrite rewrite(Generator generator, RewriteListener listener) throws IOException {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(listener, "listener");
        Recipe recipe = recipe();
        AssociativeMemory memory = PlannedRewrite.memory(generator, plan);
        Rewrite rewrite = PlannedRewrite.of(plan, seed).rewrite(memory, plan.edit(), listener);
        List<Sample> samples = EditPreview.fresh(plan.edit().samples(), SHOWN, seed);
        try (Inputs inputs = generator.sampler().at(samples);
                INDArray before = generator.generate(inputs);
                Generator changed = generator.with(rewrite.patch());
                INDArray after = changed.generate(inputs)) {
            Patch labelled = PatchLabel.on(
                    rewrite.patch(),
                    recipe,
                    () -> EditPreview.of(memory, rewrite.patch(), plan.edit(), MEASURED, seed)
                            .metrics(),
                    seed,
                    before,
                    after);
            return new Rewrite(labelled, rewrite.report());
        }
    }
}
