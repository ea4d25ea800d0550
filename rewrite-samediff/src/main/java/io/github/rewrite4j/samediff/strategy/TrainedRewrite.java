package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.PatchSamples;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.RewriteWarning.Kind;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.metric.FineDetail;
import io.github.rewrite4j.samediff.metric.NothingToMeasureException;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;

/** From trained weights to the patch and the report. */
final class TrainedRewrite {
    /** Share of an object in holes below which an edit of an inpainter is hardly seen. */
    private static final double SEEN = 0.5;

    private static final int FEW = 32;
    private static final String BETTER =
            "show the object on more contexts, train for more steps, or choose layers nearer to" + " the image";

    private final String strategy;
    private final AssociativeMemory memory;
    private final SortedMap<String, INDArray> before;
    private final Patch patch;
    private final Map<String, String> details;
    private final Optional<Goals> goals;

    /** What the report is measured on. */
    record Goals(List<Exemplar> exemplars, int samples, long seed) {
        Goals {
            exemplars = List.copyOf(exemplars);
        }
    }

    private TrainedRewrite(
            String strategy,
            AssociativeMemory memory,
            SortedMap<String, INDArray> before,
            Patch patch,
            Map<String, String> details,
            Optional<Goals> goals) {
        this.strategy = strategy;
        this.memory = memory;
        this.before = before;
        this.patch = patch;
        this.details = details;
        this.goals = goals;
    }

    static TrainedRewrite of(RewriteStrategy<?> strategy, AssociativeMemory memory, List<Parameter> weights) {
        SortedMap<String, INDArray> before = memory.weights();
        List<WeightDelta> deltas = new ArrayList<>();
        for (Parameter weight : weights) {
            INDArray delta = weight.toArray().subi(Named.in(before, weight.name()));
            deltas.add(new WeightDelta.Dense(weight.name(), delta));
        }
        Map<String, String> notes = Map.of("layer", memory.spec().name(), "strategy", strategy.name());
        Patch patch = Patch.learntAt(memory.spec(), deltas, notes);
        return new TrainedRewrite(strategy.name(), memory, before, patch, Map.of(), Optional.empty());
    }

    /** The change alone. */
    Patch patch() {
        return patch;
    }

    /** Settings that the patch records. */
    TrainedRewrite settings(Map<String, String> settings) {
        Map<String, String> notes = new TreeMap<>(patch.notes());
        notes.putAll(settings);
        Patch noted = new Patch(patch.baseFingerprint(), patch.deltas(), notes);
        return new TrainedRewrite(strategy, memory, before, noted, details, goals);
    }

    /** Facts that the report lists. */
    TrainedRewrite details(Map<String, String> facts) {
        return new TrainedRewrite(strategy, memory, before, patch, facts, goals);
    }

    /** Measures the report on fresh samples. */
    TrainedRewrite evaluatedOn(Goals on) {
        return new TrainedRewrite(strategy, memory, before, patch, details, Optional.of(on));
    }

    Rewrite trained(ExemplarEdit edit, TrainingLoop.Curve curve, int steps, Stopwatch watch) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("exemplars", names(edit.exemplars()));
        facts.put("contexts", Integer.toString(edit.contexts().size()));
        if (!edit.exceptions().isEmpty()) {
            facts.put("exceptions", Integer.toString(edit.exceptions().size()));
        }
        goals.ifPresent(on -> facts.put("goals", names(on.exemplars())));
        facts.putAll(details);
        Map<String, String> notes = new TreeMap<>(facts);
        notes.remove("goals");
        PatchSamples.of(edit.subjects()).ifPresent(samples -> notes.put(PatchSamples.NOTE, samples.toString()));
        Patch named = settings(notes).patch;
        RewriteReport.Change change = ChangeFacts.of(named.deltas(), before);
        Losses losses = Losses.of(memory, memory.with(named), edit);
        Cautions cautions = new Cautions().change(change, "lower the learning rate, or take fewer steps");
        Optional<RewriteReport.FreshSamples> fresh = goals.flatMap(on -> measured(named, edit, on, facts, cautions));
        cautions.effect(change, losses, fresh, Optional.empty(), BETTER);
        read(edit)
                .forEach(note -> cautions.add(
                        Kind.PICTURE_AS_READ,
                        "look at compare.png, or at the goals, whether the object is what you meant",
                        "%s",
                        note));
        if (edit.contexts().size() < FEW) {
            cautions.add(
                    Kind.FEW_CONTEXTS,
                    "more of them help more than anything else, 256 are usual",
                    "shown on %d contexts only",
                    edit.contexts().size());
        }
        PictureInputs.visible(memory, edit).ifPresent(share -> {
            facts.put(
                    "insideHoles",
                    String.format(Locale.ROOT, "%.2f of the object; nothing else of it can be seen", share));
            if (share < SEEN) {
                cautions.add(
                        Kind.OUTSIDE_HOLES,
                        "draw the samples with holes over it: --holes with a mask of its place, or holes(source)",
                        "%.0f %% of the object lies in holes, and an inpainter changes nothing else",
                        100 * share);
            }
        });
        facts.put(
                "trainingLoss",
                String.format(
                        Locale.ROOT,
                        "%.4f -> %.4f (means of the first and of the last tenth of the steps)",
                        curve.start(),
                        curve.end()));
        watch.lap("measuring");
        return Learnt.of(
                named,
                new RewriteReport(
                        strategy,
                        memory.spec().name(),
                        OptionalInt.empty(),
                        losses.before(),
                        losses.after(),
                        steps,
                        losses.residual(),
                        change,
                        Optional.empty(),
                        OptionalDouble.empty(),
                        fresh,
                        Optional.empty(),
                        watch.laps(),
                        facts,
                        cautions.toList()));
    }

    /** What there is to say about how the pictures of the object were read. */
    private List<String> read(ExemplarEdit edit) {
        GeneratorSpec image = memory.spec().generator();
        return edit.exemplars().stream()
                .flatMap(exemplar -> exemplar.resizedTo(image.imageHeight(), image.imageWidth()).notes().stream())
                .distinct()
                .toList();
    }

    private Optional<RewriteReport.FreshSamples> measured(
            Patch named, ExemplarEdit edit, Goals on, Map<String, String> facts, Cautions cautions) {
        ExemplarPreview preview = ExemplarPreview.of(
                memory, named, on.exemplars(), EditPreview.fresh(edit.samples(), on.samples(), on.seed()));
        long learnt =
                on.exemplars().stream().filter(goal -> learntFrom(edit, goal)).count();
        facts.put(
                "evaluatedOn",
                learnt == 0
                        ? "pictures that it never saw"
                        : learnt == on.exemplars().size()
                                ? "the pictures that it learnt from"
                                : learnt + " pictures that it learnt from and "
                                        + (on.exemplars().size() - learnt) + " that it never saw");
        if (learnt > 0) {
            cautions.add(
                    Kind.LEARNT_GOALS,
                    "measure on other pictures of the object: paste --goal, or evaluatedOn(goals, samples, seed)",
                    "measured on the pictures it learnt from (%d of %d goals), which says little about others",
                    learnt,
                    on.exemplars().size());
        }
        FineDetail.error(preview.after(), preview.goal(), preview.masks())
                .ifPresent(error -> facts.put(
                        "fineDetailError",
                        String.format(Locale.ROOT, "%.2f of what there is in the goals (stripes, edges)", error)));
        try {
            return Optional.of(preview.measure());
        } catch (NothingToMeasureException nothing) {
            cautions.add(
                    Kind.NOT_MEASURED,
                    "give goals that differ from what the generator draws, with room around the object",
                    "fresh pictures could not be measured (%s)",
                    String.valueOf(nothing.getMessage()));
            return Optional.empty();
        }
    }

    /** Whether a goal shows what an exemplar of the edit shows, whatever their names. */
    private static boolean learntFrom(ExemplarEdit edit, Exemplar goal) {
        return edit.exemplars().stream()
                .anyMatch(exemplar -> exemplar.height() == goal.height()
                        && exemplar.width() == goal.width()
                        && exemplar.alpha().equals(goal.alpha())
                        && exemplar.share().equals(goal.share()));
    }

    private static String names(List<Exemplar> exemplars) {
        return exemplars.stream().map(Exemplar::name).distinct().collect(Collectors.joining(", "));
    }
}
