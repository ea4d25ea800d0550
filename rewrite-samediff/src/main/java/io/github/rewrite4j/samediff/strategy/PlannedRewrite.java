package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.ErasurePlan;
import io.github.rewrite4j.edit.ExemplarPlan;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.edit.Plan;
import io.github.rewrite4j.edit.TransplantPlan;
import io.github.rewrite4j.samediff.closedform.ClosedForm;
import io.github.rewrite4j.samediff.closedform.ContextDirections;
import io.github.rewrite4j.samediff.closedform.ExactUpdate;
import io.github.rewrite4j.samediff.closedform.MemitUpdate;
import io.github.rewrite4j.samediff.closedform.RidgeUpdate;
import io.github.rewrite4j.samediff.closedform.RomeUpdate;
import java.util.Objects;

/** From the settings of a plan to the strategy that carries it out. */
public final class PlannedRewrite {
    /** Seed of the fresh samples that a report is measured on; apart from the default seed, which edits use. */
    public static final long FRESH_SEED = 2;

    private PlannedRewrite() {}

    /**
     * Carries a plan of any strategy out.
     *
     * @param freshSeed seed of the samples to measure on
     */
    public static Rewrite rewrite(Generator generator, Plan plan, long freshSeed, RewriteListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(plan, "plan");
        Objects.requireNonNull(listener, "listener");
        AssociativeMemory memory = memory(generator, plan);
        if (plan instanceof EditPlan edit) {
            return of(edit, freshSeed).rewrite(memory, edit.edit(), listener);
        }
        if (plan instanceof ErasurePlan erasure) {
            return RankOneErase.ofShare(erasure.share())
                    .times(erasure.times())
                    .rewrite(memory, erasure.erasure(), listener);
        }
        if (plan instanceof TransplantPlan transplant) {
            Transplant strategy = transplant.method() instanceof Method.ClosedForm closed
                    ? Transplant.by(closedForm(closed))
                    : Transplant.by(lowRank((Method.LowRank) transplant.method()));
            return strategy.rewrite(memory, transplant.edit(), listener);
        }
        ExemplarPlan shown = (ExemplarPlan) plan;
        int height = generator.spec().imageHeight();
        int width = generator.spec().imageWidth();
        OutOfDomainRewrite strategy = (shown.exceptions().isEmpty()
                        ? OutOfDomainRewrite.inImages()
                        : OutOfDomainRewrite.withExceptions())
                .evaluatedOn(shown.goals(height, width), shown.freshSamples(), freshSeed);
        if (shown.steps().isPresent()) {
            strategy = strategy.steps(shown.steps().getAsInt());
        }
        return strategy.rewrite(memory, shown.edit(height, width), listener);
    }

    /** The layer or layers of a plan. */
    public static AssociativeMemory memory(Generator generator, Plan plan) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(plan, "plan");
        return memory(generator, plan.layer());
    }

    /**
     * The layer or layers that a patch was learnt at, wherever its plan left the choice to the program.
     *
     * @param plan that says where, if the patch does not
     */
    public static AssociativeMemory memory(Generator generator, Plan plan, Patch patch) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(plan, "plan");
        Objects.requireNonNull(patch, "patch");
        return memory(generator, patch.notes().getOrDefault("layer", plan.layer()));
    }

    private static AssociativeMemory memory(Generator generator, String layers) {
        String[] ends = layers.split("\\.\\.", 2);
        return generator.memory(ends[0], ends[ends.length - 1]);
    }

    /** The strategy of a plan, measured on fresh samples of {@link #FRESH_SEED}. */
    public static RewriteStrategy<Edit> of(EditPlan plan) {
        return of(plan, FRESH_SEED);
    }

    /**
     * The strategy of a plan.
     *
     * @param freshSeed seed of the samples to measure on
     */
    public static RewriteStrategy<Edit> of(EditPlan plan, long freshSeed) {
        if (plan.method() instanceof Method.ClosedForm closed) {
            return closedForm(closed).evaluatedOn(plan.freshSamples(), freshSeed);
        }
        if (plan.method() instanceof Method.UnitAblation ablation) {
            return UnitAblation.ofShare(ablation.share()).evaluatedOn(plan.freshSamples(), freshSeed);
        }
        if (plan.method() instanceof Method.InImages inImages) {
            InImagesRewrite strategy =
                    InImagesRewrite.standard().shownOn(inImages.shown()).steps(inImages.steps());
            return (inImages.rank().isPresent() ? strategy.rank(inImages.rank().getAsInt()) : strategy)
                    .evaluatedOn(plan.freshSamples(), freshSeed);
        }
        if (plan.method() instanceof Method.Joint joint) {
            return joint(joint).evaluatedOn(plan.freshSamples(), freshSeed);
        }
        return lowRank((Method.LowRank) plan.method()).evaluatedOn(plan.freshSamples(), freshSeed);
    }

    /** The joint objective with these settings. */
    public static JointObjectiveRewrite joint(Method.Joint method) {
        Objects.requireNonNull(method, "method");
        return JointObjectiveRewrite.of(method);
    }

    /** The low-rank rewrite with these settings. */
    public static LowRankRewrite lowRank(Method.LowRank method) {
        ContextDirections.Method directions =
                switch (method.directions()) {
                    case ZCA -> ContextDirections.Method.ZCA;
                    case MEAN -> ContextDirections.Method.MEAN;
                    case SVD -> ContextDirections.Method.SVD;
                };
        LowRankRewrite strategy =
                LowRankRewrite.rank(method.rank()).gamma(method.gamma()).directions(ContextDirections.by(directions));
        return switch (method.solver()) {
            case LEVENBERG_MARQUARDT -> strategy;
            case ADAM -> strategy.byAdam();
            case PROJECTED_GRADIENT -> strategy.byProjectedGradient();
        };
    }

    /** The closed form with these settings. */
    public static ClosedFormRewrite closedForm(Method.ClosedForm method) {
        ClosedForm form = form(method);
        return switch (method.keys()) {
            case CHANNELS -> ClosedFormRewrite.onChannels(form);
            case PATCHES -> ClosedFormRewrite.onPatches(form);
        };
    }

    private static ClosedForm form(Method.ClosedForm method) {
        return switch (method.form()) {
            case EXACT -> ExactUpdate.exact();
            case RIDGE -> RidgeUpdate.of(method.weight());
            case ROME -> RomeUpdate.exact();
            case MEMIT -> MemitUpdate.of(method.weight());
        };
    }
}
