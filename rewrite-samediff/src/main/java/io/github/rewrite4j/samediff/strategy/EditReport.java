package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Rule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** The report of a strategy that trains weights until an edit is done. */
final class EditReport {
    private EditReport() {}

    /**
     * What to measure and to say.
     *
     * @param fresh samples that the edit never saw
     * @param smaller how the change is made smaller
     * @param details further facts
     */
    record Ask(EditMeasurement.Fresh fresh, String smaller, Map<String, String> details) {}

    /** Measures the patch. */
    static RewriteReport of(
            String strategy,
            AssociativeMemory memory,
            Rule rule,
            Edit edit,
            Patch patch,
            int steps,
            Ask ask,
            Stopwatch watch) {
        RewriteReport.Change change = ChangeFacts.of(patch.deltas(), memory.weights());
        EditMeasurement measured = EditMeasurement.of(
                memory, patch, rule, Optional.of(edit), ask.fresh(), new EditMeasurement.Size(change, ask.smaller()));
        watch.lap("measuring");
        Map<String, String> details = new LinkedHashMap<>(measured.details());
        details.putAll(ask.details());
        return new RewriteReport(
                strategy,
                memory.spec().name(),
                patch.deltas().get(0) instanceof WeightDelta.LowRank low
                        ? OptionalInt.of(Math.toIntExact(low.right().size(0)))
                        : OptionalInt.empty(),
                measured.losses().before(),
                measured.losses().after(),
                steps,
                measured.losses().residual(),
                change,
                Optional.empty(),
                OptionalDouble.empty(),
                measured.fresh(),
                measured.meant(),
                watch.laps(),
                details,
                measured.warnings());
    }
}
