package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.samediff.olam.ContextDirections;

/** From the settings of a plan to the strategy that carries it out. */
public final class PlannedRewrite {
    /** Seed of the fresh samples that a report is measured on; apart from the default seed, which edits use. */
    public static final long FRESH_SEED = 2;

    private PlannedRewrite() {}

    /** The low-rank rewrite with the rank, solver, directions, gamma and number of fresh samples of a plan. */
    public static LowRankRewrite of(EditPlan plan) {
        ContextDirections.Method method =
                switch (plan.directions()) {
                    case ZCA -> ContextDirections.Method.ZCA;
                    case MEAN -> ContextDirections.Method.MEAN;
                    case SVD -> ContextDirections.Method.SVD;
                };
        LowRankRewrite strategy = LowRankRewrite.rank(plan.rank())
                .gamma(plan.gamma())
                .directions(ContextDirections.by(method))
                .evaluatedOn(plan.freshSamples(), FRESH_SEED);
        return switch (plan.solver()) {
            case LEVENBERG_MARQUARDT -> strategy;
            case ADAM -> strategy.byAdam();
            case PROJECTED_GRADIENT -> strategy.byProjectedGradient();
        };
    }
}
