package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteWarning;
import io.github.rewrite4j.RewriteWarning.Kind;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.samediff.closedform.ContextDirections;
import io.github.rewrite4j.samediff.memory.CovarianceCache;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a {@link LowRankRewrite} was told.
 *
 * @param rank number of directions
 * @param solver finds the amounts
 * @param directions how the context becomes directions
 * @param gamma weight of other keys against the new rule
 * @param statisticsSamples that the second moment of keys is taken over
 * @param statisticsSeed of them
 * @param cache keeps second moments
 * @param freshSamples that the report is measured on
 * @param freshSeed of them
 * @param solved gets the change as soon as it is found
 */
record LowRankSettings(
        int rank,
        InsertionSolver solver,
        ContextDirections directions,
        double gamma,
        int statisticsSamples,
        long statisticsSeed,
        Optional<CovarianceCache> cache,
        int freshSamples,
        long freshSeed,
        Consumer<Patch> solved) {
    private static final double ILL_CONDITIONED = 1e8;

    LowRankSettings {
        if (rank < 1) {
            throw new IllegalArgumentException("The rank is at least 1, but was " + rank + ".");
        }
        if (!(gamma >= 0) || Double.isInfinite(gamma)) {
            throw new IllegalArgumentException("gamma is a finite number from 0, usually 0.2, but was " + gamma + ".");
        }
        if (statisticsSamples < 1) {
            throw new IllegalArgumentException(
                    "Statistics need at least one sample, but got " + statisticsSamples + ".");
        }
        if (freshSamples < 0) {
            throw new IllegalArgumentException("The number of samples is not negative, but was " + freshSamples + ".");
        }
        Sample.requireSeed(statisticsSeed);
        Sample.requireSeed(freshSeed);
    }

    static LowRankSettings usual(int rank) {
        return new LowRankSettings(
                rank,
                new LevenbergMarquardt(30),
                ContextDirections.zca(),
                LowRankRewrite.DEFAULT_GAMMA,
                1000,
                Sample.DEFAULT_SEED,
                Optional.empty(),
                64,
                2,
                patch -> {});
    }

    LowRankSettings withRank(int directionsInAll) {
        return new LowRankSettings(
                directionsInAll,
                solver,
                directions,
                gamma,
                statisticsSamples,
                statisticsSeed,
                cache,
                freshSamples,
                freshSeed,
                solved);
    }

    LowRankSettings withSolver(InsertionSolver by) {
        return new LowRankSettings(
                rank, by, directions, gamma, statisticsSamples, statisticsSeed, cache, freshSamples, freshSeed, solved);
    }

    LowRankSettings withDirections(ContextDirections along) {
        return new LowRankSettings(
                rank, solver, along, gamma, statisticsSamples, statisticsSeed, cache, freshSamples, freshSeed, solved);
    }

    LowRankSettings withGamma(double weight) {
        return new LowRankSettings(
                rank,
                solver,
                directions,
                weight,
                statisticsSamples,
                statisticsSeed,
                cache,
                freshSamples,
                freshSeed,
                solved);
    }

    LowRankSettings withStatistics(int samples, long seed) {
        return new LowRankSettings(
                rank, solver, directions, gamma, samples, seed, cache, freshSamples, freshSeed, solved);
    }

    LowRankSettings withCache(CovarianceCache kept) {
        return new LowRankSettings(
                rank,
                solver,
                directions,
                gamma,
                statisticsSamples,
                statisticsSeed,
                Optional.of(kept),
                freshSamples,
                freshSeed,
                solved);
    }

    LowRankSettings withFresh(int samples, long seed) {
        return new LowRankSettings(
                rank, solver, directions, gamma, statisticsSamples, statisticsSeed, cache, samples, seed, solved);
    }

    LowRankSettings withSolved(Consumer<Patch> to) {
        return new LowRankSettings(
                rank, solver, directions, gamma, statisticsSamples, statisticsSeed, cache, freshSamples, freshSeed, to);
    }
    /** What the strategy is called with these. */
    String strategy() {
        return "low-rank/" + solver.name();
    }

    /** The second moment of a memory's keys. */
    KeyCovariance covariance(AssociativeMemory memory, ProgressListener listener) {
        return cache.map(kept -> kept.covariance(memory, statisticsSamples, statisticsSeed, listener))
                .orElseGet(() -> memory.covariance(statisticsSamples, statisticsSeed, listener));
    }

    /** Notes of a patch. */
    Map<String, String> notes(String layer) {
        return Map.of(
                "layer", layer,
                "strategy", strategy(),
                "rank", Integer.toString(rank),
                "directions", directions.method().name().toLowerCase(Locale.ROOT),
                "gamma", Double.toString(gamma));
    }

    /** How a patch was made. */
    StrategyRecipe recipe() {
        return new StrategyRecipe(
                planned().isPresent(),
                "LowRankRewrite",
                List.of(
                        "rank=" + rank,
                        "solver=" + solver,
                        "directions=" + directions,
                        "gamma=" + gamma,
                        "statistics=" + statisticsSamples + " of seed " + statisticsSeed,
                        "evaluatedOn=" + freshSamples + " of seed " + freshSeed),
                freshSeed);
    }

    /** The edit with what a plan can say of these. */
    EditPlan plan(Edit edit, String layer) {
        return new EditPlan(edit, layer, planned().orElse(Method.LowRank.of(rank)), freshSamples);
    }

    /** What a plan says for these, where it can. */
    Optional<Method> planned() {
        LowRankSettings usual = usual(rank);
        if (statisticsSamples != usual.statisticsSamples || statisticsSeed != usual.statisticsSeed) {
            return Optional.empty();
        }
        for (Method.Solver by : Method.Solver.values()) {
            for (Method.Directions along : Method.Directions.values()) {
                Method.LowRank method = new Method.LowRank(rank, by, along, gamma);
                LowRankSettings planned = PlannedRewrite.lowRank(method).settings();
                if (planned.solver.equals(solver) && planned.directions.equals(directions)) {
                    return Optional.of(method);
                }
            }
        }
        return Optional.empty();
    }

    /** What to know of a rewrite by these. */
    List<RewriteWarning> warnings(KeyCovariance covariance, EditMeasurement measured) {
        Cautions cautions = new Cautions();
        if (gamma == 0 && (solver instanceof LevenbergMarquardt || solver instanceof LeastSquares)) {
            cautions.add(
                    Kind.UNPROTECTED,
                    "give gamma a weight, usually " + LowRankRewrite.DEFAULT_GAMMA,
                    "gamma is 0, so that nothing but the context directions protects other rules");
        }
        if (covariance.conditionNumber() > ILL_CONDITIONED) {
            cautions.add(
                    Kind.ILL_CONDITIONED,
                    "take statistics over more samples, or give the directions a ridge",
                    "the keys' second moment is ill-conditioned (%.2g), and its statistics were taken in float64",
                    covariance.conditionNumber());
        }
        return cautions.addAll(measured.warnings()).toList();
    }
}
