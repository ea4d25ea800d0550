package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.samediff.graph.Named;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
    TrainedRewrite measuredOn(Goals on) {
        return new TrainedRewrite(strategy, memory, before, patch, details, Optional.of(on));
    }

    Rewrite trained(ExemplarEdit edit, RuleTraining.Curve curve, int steps, Stopwatch watch) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("exemplars", names(edit.exemplars()));
        facts.put("contexts", Integer.toString(edit.contexts().size()));
        goals.ifPresent(on -> facts.put("goals", names(on.exemplars())));
        facts.putAll(details);
        Map<String, String> notes = new TreeMap<>(facts);
        notes.remove("goals");
        Patch named = settings(notes).patch;
        Optional<RewriteReport.FreshSamples> fresh = goals.map(on -> ExemplarPreview.of(
                        memory, named, on.exemplars(), EditPreview.fresh(edit.samples(), on.samples(), on.seed()))
                .measure());
        RewriteReport.Change change = ChangeFacts.of(named.deltas(), before);
        watch.lap("measuring");
        return new Rewrite(
                named,
                new RewriteReport(
                        strategy,
                        memory.spec().name(),
                        OptionalInt.empty(),
                        curve.start(),
                        curve.end(),
                        steps,
                        curve.start() == 0 ? 0 : curve.end() / curve.start(),
                        change,
                        Optional.empty(),
                        OptionalDouble.empty(),
                        fresh,
                        watch.laps(),
                        facts,
                        warnings(edit, memory.spec().generator(), change)));
    }

    private static String names(List<Exemplar> exemplars) {
        return exemplars.stream().map(Exemplar::name).collect(Collectors.joining(", "));
    }

    private static List<String> warnings(ExemplarEdit edit, GeneratorSpec spec, RewriteReport.Change change) {
        List<String> warnings = new ArrayList<>();
        edit.exemplars().stream()
                .flatMap(exemplar -> exemplar.resizedTo(spec.imageHeight(), spec.imageWidth()).notes().stream())
                .distinct()
                .forEach(warnings::add);
        if (edit.contexts().size() < 32) {
            warnings.add("shown on " + edit.contexts().size()
                    + " contexts only: more of them help more than anything else, 256 are usual");
        }
        if (change.relativeNorm() > 1) {
            warnings.add("the change is larger than the weights; lower the learning rate");
        }
        return warnings;
    }
}
