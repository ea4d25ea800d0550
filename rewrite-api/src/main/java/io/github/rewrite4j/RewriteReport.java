package io.github.rewrite4j;

import io.github.rewrite4j.io.Facts;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a rewrite measured. {@link #toString()} is for reading, {@link #facts()} for JSON.
 *
 * @param strategy name of the strategy
 * @param layer name of the memory
 * @param rank number of context directions, where the strategy has them
 * @param lossBefore mean absolute distance from what the edit asks for, over all places where it asks on all samples that
 *     it shows itself, before: for an edit of samples |goal - value| over the cells of its rule; for exemplars
 *     |composite - image| of the clipped images under the mask of every exemplar on every context. The same for every
 *     strategy, whatever it minimises
 * @param lossAfter the same of the rewritten memory, on the same places of the same samples
 * @param iterations of the solver
 * @param constraintResidual {@code lossAfter / lossBefore}: 0 = rule learnt, 1 = not at all, above 1 = led away from it; 0 as
 *     well when there was nothing to learn, and infinite when that was spoilt
 * @param change size and shape of the change of the weights
 * @param interference effect on keys that the edit did not ask for, where the memory is a single linear layer
 * @param conditionNumber of the keys' second moment, where the strategy asks for it
 * @param fresh effect on images that the edit never saw, unless switched off
 * @param meant the same of those among them that the edit is meant for, where it is not meant for all
 * @param seconds per stage, in order
 * @param details further facts by name, such as the exemplars that were used
 * @param warnings what the user should know, empty if all is well
 */
public record RewriteReport(
        String strategy,
        String layer,
        OptionalInt rank,
        double lossBefore,
        double lossAfter,
        int iterations,
        double constraintResidual,
        Change change,
        Optional<Interference> interference,
        OptionalDouble conditionNumber,
        Optional<FreshSamples> fresh,
        Optional<MeantSamples> meant,
        Map<String, Double> seconds,
        Map<String, String> details,
        List<RewriteWarning> warnings) {
    /** Success below which a report warns. */
    public static final double LOW_SUCCESS = 0.3;

    public RewriteReport {
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(rank, "rank");
        Objects.requireNonNull(change, "change");
        Objects.requireNonNull(interference, "interference");
        Objects.requireNonNull(conditionNumber, "conditionNumber");
        Objects.requireNonNull(fresh, "fresh");
        Objects.requireNonNull(meant, "meant");
        Objects.requireNonNull(seconds, "seconds");
        Objects.requireNonNull(details, "details");
        Objects.requireNonNull(warnings, "warnings");
        seconds = Collections.unmodifiableMap(new LinkedHashMap<>(seconds));
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
        warnings = List.copyOf(warnings);
    }

    /**
     * Begins a report; what is not said stays empty, and the residual follows from the losses.
     *
     * @param strategy by whose name it is reported
     * @param memory what it rewrote
     * @param change size and shape of the change
     */
    public static RewriteReportBuilder of(RewriteStrategy<?> strategy, AssociativeMemory memory, Change change) {
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(change, "change");
        return new RewriteReportBuilder(strategy.name(), memory.spec().name(), change);
    }

    /**
     * The change of the weights.
     *
     * @param rank numerical rank of dW as a matrix [out x taps, in]
     * @param relativeNorm |dW| / |W|, Frobenius
     * @param energy share of |dW|^2 in each singular direction, largest first
     */
    public record Change(int rank, double relativeNorm, List<Double> energy) {
        public Change {
            Objects.requireNonNull(energy, "energy");
            energy = List.copyOf(energy);
        }
    }

    /**
     * |dW k| / |W k| over held-out keys of fresh samples, all positions.
     *
     * @param mean average
     * @param p99 99th percentile
     * @param keys number of keys looked at
     */
    public record Interference(double mean, double p99, long keys) {}

    /**
     * Images of fresh samples before and after. The goal is the image decoded from pasted values where an edit copies from
     * a sample, and the image before with an exemplar on it where it comes from pictures: the exemplars that were given as
     * goals, in turn, or else those that the edit learnt from. Inside is where the mask of that goal is positive, outside is
     * more than 4 pixels (Chebyshev) away from it. Images are clipped to [-1, 1]; numbers are means over the images.
     *
     * @param samples number of images
     * @param seed of the first of them; chosen samples may be of several seeds, and inputs of the caller's own have none
     * @param insideL1Before mean |before - goal| inside
     * @param insideL1After mean |after - goal| inside
     * @param success 1 - insideL1After / insideL1Before: of the means, not the mean of ratios; negative when the edit leads
     *     away from the goal
     * @param insideSsim structural similarity of after and goal over windows centred inside; empty when the mask is so near
     *     the border that no window is
     * @param outsideL1 mean |after - before| outside
     * @param outsidePsnr of after against before outside, decibel, over the images that changed there; infinite when none did
     * @param outsideSsim structural similarity of after and before over windows centred outside; empty when there is none
     */
    public record FreshSamples(
            int samples,
            OptionalLong seed,
            double insideL1Before,
            double insideL1After,
            double success,
            OptionalDouble insideSsim,
            double outsideL1,
            double outsidePsnr,
            OptionalDouble outsideSsim) {
        public FreshSamples {
            Objects.requireNonNull(seed, "seed");
            Objects.requireNonNull(insideSsim, "insideSsim");
            Objects.requireNonNull(outsideSsim, "outsideSsim");
        }

        /** Flat, ordered facts for JSON; a similarity that could not be measured is left out. */
        public Facts facts() {
            Facts.Builder map = Facts.builder();
            map.put("samples", samples);
            map.put("seed", seed);
            putValues(map);
            return map.build();
        }

        private void putValues(Facts.Builder map) {
            map.put("insideL1Before", insideL1Before);
            map.put("insideL1After", insideL1After);
            map.put("success", success);
            map.put("insideSsim", insideSsim);
            map.put("outsideL1", outsideL1);
            map.put("outsidePsnr", outsidePsnr);
            map.put("outsideSsim", outsideSsim);
        }
    }

    /**
     * Fresh samples that a conditional edit is meant for.
     *
     * @param chosen how they were chosen, before anything was rewritten; a sentence without its full stop
     * @param samples what was measured on them
     */
    public record MeantSamples(String chosen, FreshSamples samples) {
        public MeantSamples {
            Objects.requireNonNull(chosen, "chosen");
            Objects.requireNonNull(samples, "samples");
        }

        /** Flat, ordered facts for JSON. */
        public Facts facts() {
            Facts.Builder map = Facts.builder().putAll(samples.facts());
            map.put("chosen", chosen);
            return map.build();
        }
    }

    /** Whether there is a warning of this kind. */
    public boolean warnsOf(RewriteWarning.Kind kind) {
        Objects.requireNonNull(kind, "kind");
        return warnings.stream().anyMatch(warning -> warning.kind() == kind);
    }

    /** Total seconds. */
    public double totalSeconds() {
        return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** Flat, ordered facts for JSON. */
    public Facts facts() {
        Facts.Builder map = Facts.builder();
        map.put("strategy", strategy);
        map.put("layer", layer);
        map.put("rank", rank);
        map.put("lossBefore", lossBefore);
        map.put("lossAfter", lossAfter);
        map.put("iterations", iterations);
        map.put("constraintResidual", constraintResidual);
        map.put("changeRank", change.rank());
        map.put("changeRelativeNorm", change.relativeNorm());
        map.put("changeEnergy", change.energy());
        interference.ifPresent(effect -> {
            map.put("interferenceMean", effect.mean());
            map.put("interferenceP99", effect.p99());
            map.put("interferenceKeys", effect.keys());
        });
        map.put("conditionNumber", conditionNumber);
        fresh.ifPresent(f -> {
            map.put("freshSamples", f.samples());
            map.put("freshSeed", f.seed());
            f.putValues(map);
        });
        meant.ifPresent(m -> map.put("meantFor", m.facts()));
        details.forEach(map::putIfAbsent);
        map.put("seconds", seconds);
        map.put("warnings", warnings.stream().map(RewriteWarning::facts).toList());
        return map.build();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        line(text, "%s of %s%s", strategy, layer, rank.isPresent() ? ", rank " + rank.getAsInt() : "");
        line(
                text,
                "  loss          %.4f -> %.4f in %d iterations (residual %.2f)",
                lossBefore,
                lossAfter,
                iterations,
                constraintResidual);
        line(text, "  change        rank %d, |dW|/|W| = %.4f", change.rank(), change.relativeNorm());
        interference.ifPresent(effect -> line(
                text, "  other keys    |dW k|/|W k| = %.4f on average, 99%% below %.4f", effect.mean(), effect.p99()));
        conditionNumber.ifPresent(condition -> line(text, "  condition     %.3g", condition));
        fresh.ifPresent(f -> {
            line(text, "  new images    %s", inside(f));
            line(
                    text,
                    "  elsewhere     L1 %.4f, PSNR %.1f dB%s",
                    f.outsideL1(),
                    f.outsidePsnr(),
                    similarity(", SSIM %.3f", f.outsideSsim()));
        });
        meant.ifPresent(m -> line(text, "  meant for     %s: %s", inside(m.samples()), m.chosen()));
        details.forEach((name, fact) -> line(text, "  %-13s %s", name, fact));
        StringBuilder times = new StringBuilder();
        seconds.forEach((stage, time) -> times.append(String.format(Locale.ROOT, ", %s %.2f s", stage, time)));
        line(text, "  time          %.2f s%s", totalSeconds(), times);
        warnings.forEach(warning -> line(text, "  warning       %s", warning));
        return text.toString().stripTrailing();
    }

    private static String inside(FreshSamples of) {
        return String.format(
                Locale.ROOT,
                "inside L1 %.3f -> %.3f (success %.0f %%)%s; %d samples",
                of.insideL1Before(),
                of.insideL1After(),
                100 * of.success(),
                similarity(", SSIM %.2f", of.insideSsim()),
                of.samples());
    }

    private static String similarity(String format, OptionalDouble ssim) {
        return ssim.isPresent() ? String.format(Locale.ROOT, format, ssim.getAsDouble()) : "";
    }

    private static void line(StringBuilder text, String format, Object... facts) {
        text.append(String.format(Locale.ROOT, format, facts)).append('\n');
    }
}
