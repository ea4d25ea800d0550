package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.RewriteWarning;
import io.github.rewrite4j.RewriteWarning.Kind;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.metric.NothingToMeasureException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is measured of an edit of samples, in the same way whatever the strategy was.
 *
 * @param losses distance from the rule before and after
 * @param fresh effect on samples that the edit never saw
 * @param meant the same for those that it is meant for, where that is not everybody
 * @param details facts for the report
 * @param warnings what to know
 */
record EditMeasurement(
        Losses losses,
        Optional<RewriteReport.FreshSamples> fresh,
        Optional<RewriteReport.MeantSamples> meant,
        Map<String, String> details,
        List<RewriteWarning> warnings) {
    private static final String BETTER =
            "learn it in images, which finds more samples by itself (strategy in-images, or edit --auto), show the object in"
                    + " more pastes (16 rather than one) with a rank as high, copy it"
                    + " from a sample that shows it clearly, or try another layer";

    /** Fresh samples to draw: none when the number is 0. */
    record Fresh(int samples, long seed) {}

    /** How strong the change is, and how this strategy makes it smaller. */
    record Size(RewriteReport.Change change, String smaller) {}

    /**
     * Measures.
     *
     * @param memory as it was before the rewrite
     * @param edit what was asked for; empty where only its rule is known
     */
    static EditMeasurement of(
            AssociativeMemory memory, Patch patch, Rule rule, Optional<Edit> edit, Fresh fresh, Size size) {
        Losses losses = Losses.of(memory, memory.with(patch), rule);
        Cautions cautions = new Cautions().change(size.change(), size.smaller());
        if (edit.isEmpty()) {
            cautions.effect(size.change(), losses, Optional.empty(), Optional.empty(), BETTER);
            return new EditMeasurement(losses, Optional.empty(), Optional.empty(), Map.of(), cautions.toList());
        }
        cautions.regions(memory.spec(), edit.get());
        Pictures pictures = fresh.samples() == 0 ? Pictures.NONE : pictures(memory, patch, edit.get(), fresh, cautions);
        cautions.effect(size.change(), losses, pictures.all, pictures.meant, BETTER);
        return new EditMeasurement(losses, pictures.all, pictures.meant, pictures.details, cautions.toList());
    }

    /** What fresh samples say. */
    private record Pictures(
            Optional<RewriteReport.FreshSamples> all,
            Optional<RewriteReport.MeantSamples> meant,
            Map<String, String> details) {
        static final Pictures NONE = new Pictures(Optional.empty(), Optional.empty(), Map.of());
    }

    private static Pictures pictures(AssociativeMemory memory, Patch patch, Edit edit, Fresh fresh, Cautions cautions) {
        EditPreview preview = EditPreview.of(memory, patch, edit, fresh.samples(), fresh.seed());
        try {
            RewriteReport.FreshSamples all = preview.measure();
            List<? extends Subject> subjects = preview.subjects();
            MeantFor meantFor = MeantFor.of(memory, edit);
            List<Integer> rows = meantFor.among(subjects);
            boolean some = !rows.isEmpty() && rows.size() < subjects.size();
            return new Pictures(
                    Optional.of(all),
                    some ? meant(preview.only(rows), meantFor.chosen(), cautions) : Optional.empty(),
                    rows.isEmpty()
                            ? Map.of("meantForNone", meantFor.nobody())
                            : some ? Map.of() : Map.of("meantForAll", meantFor.everybody()));
        } catch (NothingToMeasureException nothing) {
            notMeasured(cautions, "fresh pictures", nothing);
            return Pictures.NONE;
        }
    }

    private static Optional<RewriteReport.MeantSamples> meant(EditPreview preview, String chosen, Cautions cautions) {
        try {
            return Optional.of(new RewriteReport.MeantSamples(chosen, preview.measure()));
        } catch (NothingToMeasureException nothing) {
            notMeasured(cautions, "fresh pictures that the edit is meant for", nothing);
            return Optional.empty();
        }
    }

    private static void notMeasured(Cautions cautions, String pictures, NothingToMeasureException why) {
        cautions.add(
                Kind.NOT_MEASURED,
                "measure what it does by eye, or choose a smaller region",
                "%s could not be measured (%s)",
                pictures,
                String.valueOf(why.getMessage()));
    }
}
