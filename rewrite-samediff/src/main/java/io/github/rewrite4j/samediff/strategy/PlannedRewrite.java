package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.samediff.olam.ClosedForm;
import io.github.rewrite4j.samediff.olam.ContextDirections;
import io.github.rewrite4j.samediff.olam.ExactUpdate;
import io.github.rewrite4j.samediff.olam.MemitUpdate;
import io.github.rewrite4j.samediff.olam.RidgeUpdate;
import io.github.rewrite4j.samediff.olam.RomeUpdate;

/** From the settings of a plan to the strategy that carries it out. */
public final class PlannedRewrite {
    /** Seed of the fresh samples that a report is measured on; apart from the default seed, which edits use. */
    public static final long FRESH_SEED = 2;

    private PlannedRewrite() {}

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
            ClosedForm form = form(closed);
            ClosedFormRewrite strategy =
                    switch (closed.keys()) {
                        case CHANNELS -> ClosedFormRewrite.onChannels(form);
                        case PATCHES -> ClosedFormRewrite.onPatches(form);
                    };
            return strategy.evaluatedOn(plan.freshSamples(), freshSeed);
        }
        if (plan.method() instanceof Method.UnitAblation ablation) {
            return UnitAblation.ofShare(ablation.share()).evaluatedOn(plan.freshSamples(), freshSeed);
        }
        return lowRank((Method.LowRank) plan.method()).evaluatedOn(plan.freshSamples(), freshSeed);
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

    private static ClosedForm form(Method.ClosedForm method) {
        return switch (method.form()) {
            case EXACT -> ExactUpdate.exact();
            case RIDGE -> RidgeUpdate.of(method.weight());
            case ROME -> RomeUpdate.exact();
            case MEMIT -> MemitUpdate.of(method.weight());
        };
    }
}
