package io.github.rewrite4j;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** A {@link RewriteReport} in the making; begun by {@link RewriteReport#of}. Used by one thread. */
public final class RewriteReportBuilder {
    private final String strategy;
    private final String layer;
    private final RewriteReport.Change change;
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private final Map<String, String> details = new LinkedHashMap<>();
    private OptionalInt rank = OptionalInt.empty();
    private double lossBefore;
    private double lossAfter;
    private int iterations;
    private Optional<RewriteReport.Interference> interference = Optional.empty();
    private OptionalDouble conditionNumber = OptionalDouble.empty();
    private Optional<RewriteReport.FreshSamples> fresh = Optional.empty();
    private Optional<RewriteReport.MeantSamples> meant = Optional.empty();
    private List<RewriteWarning> warnings = List.of();

    RewriteReportBuilder(String strategy, String layer, RewriteReport.Change change) {
        this.strategy = strategy;
        this.layer = layer;
        this.change = change;
    }

    /** Number of context directions. */
    public RewriteReportBuilder rank(int directions) {
        rank = OptionalInt.of(directions);
        return this;
    }

    /**
     * Mean absolute distance from what the edit asks for, before and after; see {@link RewriteReport#lossBefore()}. 0 and 0
     * unless told otherwise.
     */
    public RewriteReportBuilder losses(double before, double after) {
        if (!(before >= 0) || !(after >= 0)) {
            throw new IllegalArgumentException(
                    "Losses are distances, not negative, but were " + before + " and " + after + ".");
        }
        lossBefore = before;
        lossAfter = after;
        return this;
    }

    /** Of the solver; 0 unless told otherwise. */
    public RewriteReportBuilder iterations(int count) {
        iterations = count;
        return this;
    }

    /** Effect on keys that the edit did not ask for. */
    public RewriteReportBuilder interference(RewriteReport.Interference effect) {
        Objects.requireNonNull(effect, "effect");
        interference = Optional.of(effect);
        return this;
    }

    /** Of the keys' second moment. */
    public RewriteReportBuilder conditionNumber(double condition) {
        conditionNumber = OptionalDouble.of(condition);
        return this;
    }

    /** Effect on images that the edit never saw. */
    public RewriteReportBuilder fresh(RewriteReport.FreshSamples measured) {
        Objects.requireNonNull(measured, "measured");
        fresh = Optional.of(measured);
        return this;
    }

    /** The same of those among them that the edit is meant for. */
    public RewriteReportBuilder meant(RewriteReport.MeantSamples measured) {
        Objects.requireNonNull(measured, "measured");
        meant = Optional.of(measured);
        return this;
    }

    /** What a stage took, in order; told twice, the times add up. */
    public RewriteReportBuilder seconds(String stage, double time) {
        Objects.requireNonNull(stage, "stage");
        seconds.merge(stage, time, Double::sum);
        return this;
    }

    /** A further fact. */
    public RewriteReportBuilder detail(String name, String fact) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(fact, "fact");
        details.put(name, fact);
        return this;
    }

    /** What the user should know. */
    public RewriteReportBuilder warnings(List<RewriteWarning> all) {
        Objects.requireNonNull(all, "all");
        warnings = List.copyOf(all);
        return this;
    }

    /** The report. */
    public RewriteReport build() {
        // Nothing to learn is learnt; where there was nothing to learn and now something is wrong, that was spoilt.
        double residual = lossBefore > 0 ? lossAfter / lossBefore : lossAfter > 0 ? Double.POSITIVE_INFINITY : 0;
        return new RewriteReport(
                strategy,
                layer,
                rank,
                lossBefore,
                lossAfter,
                iterations,
                residual,
                change,
                interference,
                conditionNumber,
                fresh,
                meant,
                seconds,
                details,
                warnings);
    }
}
