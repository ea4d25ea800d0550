package io.github.rewrite4j.samediff.study;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.memory.CovarianceCache;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.strategy.EditPreview;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One low-rank edit at many settings: layers, ranks and weights gamma of other keys, each measured on fresh samples of several
 * seeds. Settings are independent of each other, so that any machine may learn any of them.
 *
 * @param plan what is copied and pasted, with its solver and directions; its layer, rank and gamma do not matter
 * @param layers names
 * @param ranks numbers of directions
 * @param gammas weights of other keys
 * @param seeds of the fresh samples, {@link EditPlan#freshSamples()} of each
 */
public record EditSweep(
        EditPlan plan, List<String> layers, List<Integer> ranks, List<Double> gammas, List<Long> seeds) {
    public EditSweep {
        Objects.requireNonNull(plan, "plan");
        Objects.requireNonNull(layers, "layers");
        Objects.requireNonNull(ranks, "ranks");
        Objects.requireNonNull(gammas, "gammas");
        Objects.requireNonNull(seeds, "seeds");
        layers = List.copyOf(layers);
        ranks = List.copyOf(ranks);
        gammas = List.copyOf(gammas);
        seeds = List.copyOf(seeds);
        if (!(plan.method() instanceof Method.LowRank)) {
            throw new IllegalArgumentException("A sweep varies ranks and gammas of low-rank edits, but the plan is by "
                    + plan.method() + ": begin with by(Method.LowRank.of(rank)).");
        }
        if (layers.isEmpty() || ranks.isEmpty() || gammas.isEmpty() || seeds.isEmpty() || plan.freshSamples() < 1) {
            throw new IllegalArgumentException(
                    "A sweep has a layer, a rank, a gamma, a seed and a fresh sample at least, but has " + layers + ", "
                            + ranks + ", " + gammas + ", " + seeds + " and " + plan.freshSamples() + ".");
        }
    }

    /** One point of the sweep. */
    public record Setting(String layer, int rank, double gamma) implements Serializable {
        public Setting {
            Objects.requireNonNull(layer, "layer");
        }
    }

    /**
     * What a setting does to fresh samples of one seed.
     *
     * @param success 1 - distance to the goal after / before, inside
     * @param insideL1 mean |after - goal| inside
     * @param outsideL1 mean |after - before| more than 4 pixels outside
     * @param outsidePsnr of after against before there, dB; infinite where nothing changed
     */
    public record Fresh(long seed, double success, double insideL1, double outsideL1, double outsidePsnr)
            implements Serializable {}

    /**
     * What came of a setting.
     *
     * @param patch its {@link io.github.rewrite4j.Patch#id()}; empty where none was learnt
     * @param residual share of the rule that was not learnt, on the edit's own samples
     * @param fresh by seed, in their order; empty where none was learnt
     * @param refusal why the setting cannot be learnt, such as a rank above the number of channels; empty where it was
     */
    public record Outcome(Setting setting, String patch, double residual, List<Fresh> fresh, String refusal)
            implements Serializable {
        public Outcome {
            Objects.requireNonNull(setting, "setting");
            Objects.requireNonNull(patch, "patch");
            Objects.requireNonNull(fresh, "fresh");
            Objects.requireNonNull(refusal, "refusal");
            fresh = List.copyOf(fresh);
        }

        /** Mean success over the seeds; NaN where none was learnt. */
        public double success() {
            return fresh.stream().mapToDouble(Fresh::success).average().orElse(Double.NaN);
        }

        /** Flat, ordered facts for JSON. */
        public Facts facts() {
            Facts.Builder facts = Facts.builder();
            facts.put("layer", setting.layer());
            facts.put("rank", setting.rank());
            facts.put("gamma", setting.gamma());
            facts.put("patch", patch);
            facts.put("residual", residual);
            facts.put(
                    "fresh",
                    fresh.stream()
                            .map(one -> {
                                Facts.Builder seed = Facts.builder();
                                seed.put("seed", one.seed());
                                seed.put("success", one.success());
                                seed.put("insideL1", one.insideL1());
                                seed.put("outsideL1", one.outsideL1());
                                seed.put("outsidePsnr", one.outsidePsnr());
                                return seed.build();
                            })
                            .toList());
            facts.put("refusal", refusal);
            return facts.build();
        }
    }

    /** All settings, layer by layer. */
    public List<Setting> settings() {
        List<Setting> settings = new ArrayList<>();
        for (String layer : layers) {
            for (int rank : ranks) {
                for (double gamma : gammas) {
                    settings.add(new Setting(layer, rank, gamma));
                }
            }
        }
        return List.copyOf(settings);
    }

    /**
     * Learns a setting and measures it. The same setting gives the same numbers wherever it is learnt.
     *
     * @param statistics where second moments of layers are kept, so that the next setting of a layer begins at once
     * @throws RewriteCancelledException when the listener says stop
     */
    public Outcome learn(
            Generator generator, Setting setting, Optional<CovarianceCache> statistics, RewriteListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(setting, "setting");
        Objects.requireNonNull(statistics, "statistics");
        Objects.requireNonNull(listener, "listener");
        Method.LowRank method = (Method.LowRank) plan.method();
        try {
            AssociativeMemory memory = generator.memory(setting.layer());
            LowRankRewrite strategy = PlannedRewrite.lowRank(
                            new Method.LowRank(setting.rank(), method.solver(), method.directions(), setting.gamma()))
                    .evaluatedOn(0, PlannedRewrite.FRESH_SEED);
            Rewrite learnt = statistics
                    .map(strategy::cache)
                    .orElse(strategy)
                    .rewrite(memory, plan.edit(), listener.part(0, 0.5));
            List<Fresh> fresh = new ArrayList<>();
            for (long seed : seeds) {
                listener.report("measuring", fresh.size(), seeds.size());
                EditMetrics metrics = EditPreview.of(memory, learnt.patch(), plan.edit(), plan.freshSamples(), seed)
                        .metrics();
                fresh.add(new Fresh(
                        seed, metrics.success(), metrics.insideL1After(), metrics.outsideL1(), metrics.outsidePsnr()));
            }
            return new Outcome(setting, learnt.patch().id(), learnt.report().constraintResidual(), fresh, "");
        } catch (RewriteCancelledException stopped) {
            throw stopped;
        } catch (RewriteException | IllegalArgumentException refused) {
            return new Outcome(setting, "", 1, List.of(), String.valueOf(refused.getMessage()));
        }
    }
}
