package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Erasure;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.samediff.search.Found;
import io.github.rewrite4j.samediff.search.Match;
import io.github.rewrite4j.samediff.search.Search;
import io.github.rewrite4j.samediff.search.Trigger;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import io.github.rewrite4j.samediff.strategy.RankOneErase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** From what a user marked to a rule, by the strategies of the library. */
final class EditTasks {
    /** An object shown on samples, or on the user's pictures where there are no samples. */
    ExemplarEdit shown(List<Exemplar> exemplars) throws IOException {
        if (workshop.samples()) {
            return ExemplarEdit.of(exemplars);
        }
        List<OwnInputs> own = workshop.own(pictures.get());
        if (own.isEmpty()) {
            throw new IllegalArgumentException("This network works on pictures: add one of yours first.");
        }
        return ExemplarEdit.of(exemplars).shownOn(own);
    }

    /** Images that a report is measured on: enough for two numbers, and quick. */
    private static final int MEASURED = 64;

    private static final long MEASURED_SEED = 2;
    private static final int STATISTICS = 1000;
    private static final int SEARCHED = 200;
    private static final int OVERFIT_STEPS = 200;

    private final Workshop workshop;
    private final Supplier<List<String>> pictures;
    private volatile boolean warm;

    /** @param pictures keys of the user's own pictures */
    EditTasks(Workshop workshop, Supplier<List<String>> pictures) {
        this.workshop = workshop;
        this.pictures = pictures;
    }

    /** The layer that the settings name or that fits the object. */
    String layer(Settings settings, Selection object) {
        return settings.layer().isEmpty()
                ? LayerChoice.of(workshop.generator(), object.region(), workshop.pictures())
                : settings.layer();
    }

    /** The generator with the rules in force; a network without samples of its own sees the user's pictures. */
    Generator open(Draft draft) throws IOException {
        Generator under = Applied.open(workshop.generator(), workshop.applied(draft.rules()));
        List<OwnInputs> own = workshop.samples() ? List.of() : workshop.own(pictures.get());
        if (own.isEmpty()) {
            return under;
        }
        try (Generator inner = under) {
            return inner.withSampler(new OwnPictures(inner.sampler(), own));
        }
    }

    /** Images that a report is measured on: none where all that there are were learnt from. */
    int measured() {
        return workshop.samples() ? MEASURED : 0;
    }

    /** Takes the statistics that a rewrite of this draft will need, and keeps them. */
    void prepare(Draft draft, Settings settings, ProgressListener listener) throws IOException {
        if (draft.object().isEmpty() || !workshop.samples()) {
            return;
        }
        try (Generator under = open(draft)) {
            AssociativeMemory memory = under.memory(
                    layer(settings, workshop.selection(draft.object().get())));
            workshop.statistics().covariance(memory, STATISTICS, Sample.DEFAULT_SEED, listener);
        }
    }

    /** Solves a draft once for nothing: the first solution of a program takes much longer than all others. */
    void warmUp(Draft draft, Settings settings, RewriteListener listener) throws IOException {
        if (warm || draft.object().isEmpty() || draft.pastes().isEmpty()) {
            return;
        }
        Edit edit = workshop.edit(draft);
        try (Generator under = open(draft)) {
            PlannedRewrite.lowRank(settings.method())
                    .cache(workshop.statistics())
                    .statistics(statistics(), Sample.DEFAULT_SEED)
                    .evaluatedOn(0, MEASURED_SEED)
                    .rewrite(under.memory(layer(settings, edit.object())), edit, listener);
        }
        warm = true;
    }

    /** How many samples statistics are taken over: the user's own pictures once each, where there are no others. */
    private int statistics() {
        return workshop.samples() ? STATISTICS : Math.max(1, pictures.get().size());
    }

    /** A rewrite on top of the rules that are in force. */
    RuleEntry rewrite(Draft draft, Settings settings, Consumer<Patch> solved, RewriteListener listener)
            throws IOException {
        warm = true;
        Edit edit = workshop.edit(draft);
        String layer = layer(settings, edit.object());
        try (Generator under = open(draft)) {
            AssociativeMemory memory = under.memory(layer);
            Edit shown = shownOnMore(memory, edit, settings.alike(), listener);
            LowRankRewrite strategy = PlannedRewrite.lowRank(settings.method())
                    .cache(workshop.statistics())
                    .statistics(statistics(), Sample.DEFAULT_SEED)
                    .solved(solved)
                    .evaluatedOn(measured(), MEASURED_SEED);
            return entry(name(draft, edit), "rewrite", strategy.rewrite(memory, shown, listener));
        }
    }

    /** The same edit shown on images that have the like of the first paste, at the same place. */
    Edit shownOnMore(AssociativeMemory memory, Edit edit, int more, RewriteListener listener) {
        if (more == 0 || !workshop.samples()) {
            return edit;
        }
        Selection first = edit.pastes().get(0);
        Trigger trigger = Trigger.context(
                memory,
                List.of(first),
                workshop.statistics().covariance(memory, STATISTICS, Sample.DEFAULT_SEED, listener));
        Set<Subject> used = edit.subjects();
        Found found =
                Search.at(memory, trigger).top(more + used.size()).among(Sample.DEFAULT_SEED, 0, SEARCHED, listener);
        List<Subject> subjects = new ArrayList<>();
        for (Match match : found.top()) {
            if (subjects.size() < more && !used.contains(match.subject())) {
                subjects.add(match.subject());
            }
        }
        return subjects.isEmpty() ? edit : edit.pasteInto(subjects, first.region());
    }

    /** What is marked as context, or else as paste, goes away. */
    RuleEntry erase(Draft draft, Settings settings, RewriteListener listener) throws IOException {
        List<Mark> marks = draft.contexts().isEmpty() ? draft.pastes() : draft.contexts();
        if (marks.isEmpty()) {
            throw new IllegalArgumentException(
                    "Nothing is marked: paint over what is to go away and add it to the context.");
        }
        List<Selection> selections = workshop.selections(marks);
        String layer = layer(settings, selections.get(0));
        try (Generator under = open(draft)) {
            Rewrite rewrite = RankOneErase.standard()
                    .insertedBy(LowRankRewrite.rank(1)
                            .cache(workshop.statistics())
                            .statistics(statistics(), Sample.DEFAULT_SEED)
                            .evaluatedOn(measured(), MEASURED_SEED))
                    .rewrite(under.memory(layer), new Erasure(selections.get(0), selections), listener);
            return entry("erased from " + selections.get(0).subject(), "erase", rewrite);
        }
    }

    /** The baseline that the papers compare with: all layers learn the pasted images, and nothing protects the others. */
    RuleEntry overfit(Draft draft, Settings settings, RewriteListener listener) throws IOException {
        Edit edit = workshop.edit(draft);
        String layer = layer(settings, edit.object());
        try (Generator under = open(draft)) {
            List<Subject> subjects =
                    edit.pastes().stream().map(Selection::subject).toList();
            List<Exemplar> exemplars = new ArrayList<>();
            INDArray goal;
            INDArray before;
            try (Painter painter = new Painter(under)) {
                goal = painter.goal(List.of(), layer, edit);
                before = painter.images(new Painter.Scene("pastes", subjects, Map.of()), List.of());
            }
            for (int n = 0; n < subjects.size(); n++) {
                exemplars.add(
                        Exemplar.ofPair(picture(goal, n), picture(before, n)).named("paste " + (n + 1)));
            }
            List<Layer> layers = under.layers();
            AssociativeMemory all = under.memory(
                    layers.get(0).name(), layers.get(layers.size() - 1).name());
            Rewrite rewrite = OutOfDomainRewrite.inImages()
                    .steps(OVERFIT_STEPS)
                    .evaluatedOn(List.of(), measured(), MEASURED_SEED)
                    .rewrite(all, ExemplarEdit.of(exemplars).shownOn(subjects), listener);
            return entry(name(draft, edit) + " (overfit)", "overfit", rewrite);
        }
    }

    private static INDArray picture(INDArray images, int n) {
        INDArray one = images.get(NDArrayIndex.point(n), NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.all())
                .dup('c');
        return Nd4j.math().clipByValue(one, -1, 1);
    }

    /** What is found where a mark has its like. */
    Findings search(Draft draft, Settings settings, List<Mark> marks, RewriteListener listener) throws IOException {
        List<Selection> selections = workshop.selections(marks);
        String layer = layer(settings, selections.get(0));
        try (Generator under = open(draft)) {
            AssociativeMemory memory = under.memory(layer);
            Trigger trigger = Trigger.context(
                    memory,
                    selections,
                    workshop.statistics().covariance(memory, statistics(), Sample.DEFAULT_SEED, listener));
            int searched = workshop.samples() ? STATISTICS : pictures.get().size();
            Found found = Search.at(memory, trigger).among(Sample.DEFAULT_SEED, 0, searched, listener);
            return new Findings(UUID.randomUUID().toString(), layer, trigger, found);
        }
    }

    /** From what a strategy gave to an entry of the list. */
    RuleEntry entry(String name, String kind, Rewrite rewrite) throws IOException {
        Optional<RewriteReport.FreshSamples> all = rewrite.report().fresh();
        Optional<RewriteReport.FreshSamples> meant = rewrite.report()
                .meant()
                .map(RewriteReport.MeantSamples::samples)
                .or(() -> all);
        return new RuleEntry(
                UUID.randomUUID().toString().substring(0, 8),
                name,
                kind,
                workshop.keep(rewrite.patch()),
                1,
                workshop.vault().putJson(rewrite.report().facts()),
                meant.map(RewriteReport.FreshSamples::success).orElse(Double.NaN),
                all.map(measured -> measured.outsideL1() / 2).orElse(Double.NaN));
    }

    private static String name(Draft draft, Edit edit) {
        return "Rule " + (draft.rules().size() + 1) + ": from " + edit.object().subject();
    }
}
