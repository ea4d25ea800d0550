package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Erasure;
import io.github.rewrite4j.edit.ErasurePlan;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.closedform.SelectedKeys;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Removes what a context shows by a rule of rank one (the watermark experiment of Bau et al. 2020): the units of the key that
 * carry more energy there than elsewhere,
 *
 * <pre>{@code score_u = sum_i w_i k_iu^2 / sum_i w_i / E[k_u^2]}</pre>
 *
 * are set to zero in the key of one example, and what the layer then answers becomes the goal. The rule "keys like this
 * give that" is inserted along the direction of the context only, so that other keys, which use the same units, keep what they
 * had; {@link UnitAblation} takes the units away from all. Repeating it starts from the changed weights with the same key:
 * what little is left then goes the same way. Immutable; each method returns a changed copy.
 */
public final class RankOneErase implements RewriteStrategy<Erasure> {
    private final double share;
    private final int times;
    private final LowRankRewrite insertion;

    private RankOneErase(double share, int times, LowRankRewrite insertion) {
        this.share = share;
        this.times = times;
        this.insertion = insertion;
    }

    /** A tenth of the units, twice, at rank one. */
    public static RankOneErase standard() {
        return ofShare(0.1);
    }

    /**
     * A share of the units, at least one of them, twice.
     *
     * @param share in (0, 1]
     */
    public static RankOneErase ofShare(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "The share of units lies in (0, 1], usually 0.1, but was " + share + ".");
        }
        return new RankOneErase(share, 2, LowRankRewrite.rank(1).evaluatedOn(0, 2));
    }

    /** How often the rule is inserted, each time on top of the last; 2 by default. */
    public RankOneErase times(int insertions) {
        if (insertions < 1 || insertions > 16) {
            throw new IllegalArgumentException(
                    "The rule is inserted 1 to 16 times, usually 2, but was to be inserted " + insertions + " times.");
        }
        return new RankOneErase(share, insertions, insertion);
    }

    /** How the rule is inserted: rank, solver, gamma, statistics. At rank one, by Levenberg-Marquardt, by default. */
    public RankOneErase insertedBy(LowRankRewrite rewrite) {
        Objects.requireNonNull(rewrite, "rewrite");
        return new RankOneErase(share, times, rewrite);
    }

    @Override
    public String name() {
        return "erase/" + insertion.name();
    }

    /**
     * The units of the key that carry most energy in a context, relative to all keys, in decreasing order.
     *
     * @param covariance of the memory's keys, which holds E[k_u^2]
     * @param context keys that show what should go
     */
    public int[] units(KeyCovariance covariance, SelectedKeys context) {
        return UnitAblation.largest(scores(covariance, context), share);
    }

    /**
     * Energy of each unit in a context, relative to that in all keys; 0 for a unit that is always silent.
     *
     * @param covariance of the memory's keys, which holds E[k_u^2]
     * @param context keys that show what should go
     */
    public static double[] scores(KeyCovariance covariance, SelectedKeys context) {
        INDArray moments = covariance.matrix();
        double[] weights = context.weights();
        double total = Arrays.stream(weights).sum();
        double[] scores = new double[context.channels()];
        for (int u = 0; u < scores.length; u++) {
            for (int s = 0; s < weights.length; s++) {
                double k = context.keys().get(s, u);
                scores[u] += weights[s] / total * k * k;
            }
            double usual = moments.getDouble(u, u);
            scores[u] = usual == 0 ? 0 : scores[u] / usual;
        }
        return scores;
    }

    /**
     * Plans the change. The report is that of the last insertion, with the loss before the first and the change, of which
     * the patch holds the sum; it has no fresh samples, since nothing says what they should show instead.
     *
     * @throws RewriteException when the memory has no single-layer form
     * @throws io.github.rewrite4j.edit.EmptyRegionException when a region selects nothing
     */
    @Override
    public Rewrite rewrite(AssociativeMemory memory, Erasure erasure, RewriteListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(erasure, "erasure");
        Objects.requireNonNull(listener, "listener");
        Edit edit = erasure.asEdit();
        SelectedKeys context = EditCompiler.context(memory, edit);
        Rule unchanged = EditCompiler.rule(memory, edit);
        int[] units = units(insertion.covarianceOf(memory, listener.part(0, 0.1)), context);
        INDArray silenced = unchanged.keys().tensor().dup('c');
        for (int unit : units) {
            silenced.tensorAlongDimension(unit, 0, 2, 3).assign(0);
        }
        AssociativeMemory current = memory;
        List<Rewrite> insertions = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            Values goal = current.values(unchanged.keys().withTensor(silenced));
            Rule rule = new Rule(unchanged.keys(), goal.tensor(), unchanged.boxes());
            RewriteListener part = listener.part(0.1 + 0.9 * i / times, 0.1 + 0.9 * (i + 1) / times);
            Rewrite rewrite = insertion.rewrite(current, rule, context, part);
            insertions.add(rewrite);
            current = current.with(rewrite.patch());
        }
        return joined(memory, erasure, units, insertions);
    }

    private StrategyRecipe recipe() {
        StrategyRecipe inserted = insertion.settings().recipe();
        List<String> settings = new ArrayList<>(List.of("share=" + share, "times=" + times));
        settings.addAll(inserted.settings());
        boolean complete = insertion.settings().planned().equals(Optional.of(Method.LowRank.of(1)));
        return new StrategyRecipe(complete, "RankOneErase", settings, inserted.freshSeed());
    }

    private Rewrite joined(AssociativeMemory memory, Erasure erasure, int[] units, List<Rewrite> insertions) {
        List<WeightDelta.LowRank> parts = insertions.stream()
                .map(rewrite -> (WeightDelta.LowRank) rewrite.patch().deltas().get(0))
                .toList();
        WeightDelta.LowRank sum = sum(parts);
        String list = Arrays.stream(units).mapToObj(Integer::toString).collect(Collectors.joining(","));
        Map<String, String> notes = new TreeMap<>(insertions.get(0).patch().notes());
        notes.put("strategy", name());
        notes.put("units", list);
        notes.put("insertions", Integer.toString(times));
        ErasurePlan plan = new ErasurePlan(erasure, memory.spec().name(), share, times);
        Patch patch =
                Patch.learntAt(memory.spec(), List.of(sum), recipe().among(notes, Optional.of(plan), memory.spec()));
        RewriteReport first = insertions.get(0).report();
        RewriteReport last = insertions.get(insertions.size() - 1).report();
        Map<String, Double> seconds = new LinkedHashMap<>();
        insertions.forEach(rewrite ->
                rewrite.report().seconds().forEach((stage, time) -> seconds.merge(stage, time, Double::sum)));
        Map<String, String> details = new LinkedHashMap<>(last.details());
        details.put("units", list);
        details.put("insertions", Integer.toString(times));
        INDArray weight = memory.weights().get(sum.weight());
        return Learnt.of(
                patch,
                new RewriteReport(
                        name(),
                        last.layer(),
                        last.rank(),
                        first.lossBefore(),
                        last.lossAfter(),
                        insertions.stream()
                                .mapToInt(rewrite -> rewrite.report().iterations())
                                .sum(),
                        last.constraintResidual(),
                        weight == null ? last.change() : ChangeFacts.of(sum, weight),
                        last.interference(),
                        last.conditionNumber(),
                        last.fresh(),
                        last.meant(),
                        seconds,
                        details,
                        last.warnings()));
    }

    /** Changes along the same directions add up; others keep their directions side by side. */
    private static WeightDelta.LowRank sum(List<WeightDelta.LowRank> parts) {
        WeightDelta.LowRank first = parts.get(0);
        if (parts.stream().allMatch(part -> part.right().equals(first.right()))) {
            INDArray left = first.left();
            parts.subList(1, parts.size()).forEach(part -> left.addi(part.left()));
            return new WeightDelta.LowRank(first.weight(), left, first.right());
        }
        return new WeightDelta.LowRank(
                first.weight(),
                Nd4j.concat(1, parts.stream().map(WeightDelta.LowRank::left).toArray(INDArray[]::new)),
                Nd4j.concat(0, parts.stream().map(WeightDelta.LowRank::right).toArray(INDArray[]::new)));
    }
}
