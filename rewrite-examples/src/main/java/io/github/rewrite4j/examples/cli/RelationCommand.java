package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.edit.Intervention;
import io.github.rewrite4j.edit.OriginalInterventionFile;
import io.github.rewrite4j.examples.RelationSheet;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.dissection.Dissection;
import io.github.rewrite4j.samediff.dissection.UnitScore;
import io.github.rewrite4j.samediff.perception.PartNetwork;
import io.github.rewrite4j.samediff.relation.LayerTrial;
import io.github.rewrite4j.samediff.relation.LayerTrials;
import io.github.rewrite4j.samediff.relation.MarkedImages;
import io.github.rewrite4j.samediff.relation.Probe;
import io.github.rewrite4j.samediff.relation.Relation;
import io.github.rewrite4j.samediff.relation.RelationEffect;
import io.github.rewrite4j.samediff.relation.RelationReversal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "relation",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Finds the layer that carries a rule between two places, such as light behind a head and light on"
                + " it, and turns the rule round by a change of rank one: relation.png, patch.safetensors,"
                + " interventions.json, report.json.",
        footer = {
            "",
            "The units of the cause are those that overlap best with a part, or --units. Where cause and effect are, a part"
                    + " network marks on samples, or --interventions says: a file of the original notebook,",
            "{\"14\": {\"value\": \"10.0\", \"intervention\": \"data:...\", \"revert\": \"data:...\"}, ...}.",
            "",
            "Examples:",
            "  rewrite relation --layer layer2 --judge layer5 --cause background --effect hair --out reversed",
            "  rewrite relation --layer layer4 --judge layer8 --units 3,17,40 --interventions posneg.json --faithful"
        })
final class RelationCommand extends GeneratorCommand {
    private static final int UNITS = 20;

    /** Ways to turn it round. */
    enum Method {
        solver,
        faithful
    }

    @Option(
            names = "--layer",
            paramLabel = "NAME",
            required = true,
            description = "Layer whose keys hold the units of the cause.")
    private String layer = "";

    @Option(
            names = "--judge",
            paramLabel = "NAME",
            required = true,
            description =
                    "Layer, that one or a later one, whose values tell the effect. Layers between them may carry it.")
    private String judge = "";

    @Option(names = "--cause", paramLabel = "PART", description = "Part that is the cause.")
    private String cause = "";

    @Option(names = "--effect", paramLabel = "PART", description = "Part that shows the effect.")
    private String effect = "";

    @Option(
            names = "--units",
            split = ",",
            paramLabel = "N",
            description = "Units of the cause, instead of the 20 that overlap best with the part.")
    private List<Integer> units = new ArrayList<>();

    @Option(
            names = "--interventions",
            paramLabel = "FILE",
            description = "Images with cause and effect marked, as the original notebook saves them.")
    private @Nullable Path interventions;

    @Option(
            names = "--apart",
            paramLabel = "PIXELS",
            defaultValue = "6",
            description = "How far from the cause the effect is looked at (default: ${DEFAULT-VALUE}).")
    private int apart = 6;

    @Option(
            names = "--count",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            defaultValue = "16",
            description = "Samples to learn on, and as many others to measure on (default: ${DEFAULT-VALUE}).")
    private int count = 16;

    @Option(
            names = "--deviations",
            paramLabel = "D",
            defaultValue = "1",
            description = "How far the units are set high and low, in standard deviations (default: ${DEFAULT-VALUE}).")
    private double deviations = 1;

    @Option(names = "--faithful", description = "Set the units to 10 and to -5 instead, as published.")
    private boolean faithful;

    @Option(
            names = "--steps",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            defaultValue = "101",
            description = "Steps for each layer's trial (default: ${DEFAULT-VALUE}).")
    private int steps = 101;

    @Option(
            names = "--at",
            paramLabel = "NAME|auto",
            defaultValue = "auto",
            description = "Layer to change; auto: the one whose trial gets furthest (default).")
    private String at = "auto";

    @Option(
            names = "--method",
            paramLabel = "solver|faithful",
            defaultValue = "solver",
            description =
                    "solver: ours, seconds (default). faithful: as published, Adam on the whole weight, brought to rank one every"
                            + " ten of 10,001 steps.")
    private Method method = Method.solver;

    @Option(
            names = "--refine",
            paramLabel = "N",
            defaultValue = "250",
            description = "Steps that finish what the solver found (default: ${DEFAULT-VALUE}).")
    private int refine = 250;

    @Mixin
    private PatchOptions patches = new PatchOptions();

    RelationCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator base, Path out) throws IOException {
        Path file = interventions;
        if (file == null && (cause.isEmpty() || effect.isEmpty())) {
            throw new WrongUsageException("Say where cause and effect are by --cause PART and --effect PART, or by"
                    + " --interventions FILE.");
        }
        if (cause.isEmpty() && units.isEmpty()) {
            throw new WrongUsageException("Say which units are the cause, by --cause PART or by --units N,N,...");
        }
        if (deviations == 0) {
            throw new WrongUsageException("--deviations is 0: high and low would be the same.");
        }
        PartNetwork parts = BundledNetworks.parts();
        for (String part : List.of(cause, effect)) {
            if (!part.isEmpty() && !parts.parts().contains(part)) {
                throw new WrongUsageException(
                        "The part '" + part + "' is unknown: " + parts.name() + " knows " + parts.parts() + ".");
            }
        }
        try (Generator generator = Underlay.of(base, patches.load()).open()) {
            relate(generator, parts, out);
        }
    }

    private void relate(Generator generator, PartNetwork parts, Path out) throws IOException {
        Probe probe = probe(generator, parts);
        List<Intervention> marked = marked(generator, parts, probe, Sample.DEFAULT_SEED);
        // Where the user marked by hand there are no others to measure on.
        List<Intervention> held = interventions == null ? marked(generator, parts, probe, seed()) : marked;
        Relation relation = new Relation(probe, judge, marked);
        Facts.Builder report = Facts.builder();
        List<LayerTrial> trials = List.of();
        String where = at;
        if (at.equals("auto")) {
            trials = console()
                    .watching(listener ->
                            new LayerTrials(steps, LayerTrials.faithful().rate()).of(generator, relation, listener));
            where = LayerTrials.best(trials).layer();
            console()
                    .say(
                            "%-10s %-12s %-12s %-8s %-10s %-17s %s",
                            "layer", "loss before", "after", "solved", "elsewhere", "in one direction", "turned");
            trials.forEach(trial -> console()
                    .say(
                            "%-10s %-12.4g %-12.4g %-8.3f %-10.3f %-17.2f %.3f",
                            trial.layer(),
                            trial.lossBefore(),
                            trial.lossAfter(),
                            trial.solved(),
                            trial.heldOut(),
                            trial.rankOneShare(),
                            trial.turned().orElse(Double.NaN)));
            console()
                    .note(where + " carries it: one direction of its keys turns most of it, on images that it did not"
                            + " learn on");
        }
        String carrier = where;
        RelationReversal reversal =
                method == Method.solver ? RelationReversal.bySolver().refined(refine) : RelationReversal.faithful();
        RelationReversal.Reversed reversed =
                console().watching(listener -> reversal.at(generator, relation, carrier, listener));
        Patch patch = reversed.patch();
        try (Generator changed = generator.with(patch)) {
            RelationEffect measured = RelationEffect.of(generator, changed, relation.on(held));
            RelationSheet.of(generator, changed, relation.on(held), reversal.name() + " at " + carrier)
                    .write(out.resolve("relation.png"));
            report.put("effect", measured.facts());
            console()
                    .say(
                            "of the effect %.2f are left (negative: turned round), of the cause %.2f; images without it"
                                    + " change by %.2f %% of the range",
                            measured.kept(), measured.causeKept(), 100 * measured.changed());
        }
        if (interventions == null) {
            OriginalInterventionFile.write(
                    out.resolve("interventions.json"),
                    marked,
                    generator.spec().imageHeight(),
                    generator.spec().imageWidth());
        }
        patch.save(out.resolve("patch.safetensors"));
        report.put("generator", generator.spec());
        report.put("probe", Map.of("layer", layer, "units", probe.units(), "high", probe.high(), "low", probe.low()));
        report.put("judgedAt", judge);
        report.put("images", marked.size());
        report.put("trials", trials.stream().map(LayerTrial::facts).toList());
        report.put("layer", carrier);
        report.put("strategy", reversal.name());
        report.put("lossBefore", reversed.lossBefore());
        report.put("lossAfter", reversed.lossAfter());
        report.put("seconds", reversed.seconds());
        report.build().write(out.resolve("report.json"));
        console().say("written to %s: relation.png, patch.safetensors", out);
    }

    private Probe probe(Generator generator, PartNetwork parts) {
        List<Integer> chosen = units;
        if (chosen.isEmpty()) {
            List<UnitScore> scores = console().watching(listener -> Dissection.ofKeys(generator.memory(layer))
                    .units(images -> parts.masks(images, cause), listener));
            chosen = scores.subList(0, Math.min(UNITS, scores.size())).stream()
                    .map(UnitScore::unit)
                    .toList();
        }
        return faithful ? Probe.faithful(layer, chosen) : Probe.measured(generator, layer, chosen, deviations);
    }

    private List<Intervention> marked(Generator generator, PartNetwork parts, Probe probe, long of) throws IOException {
        Path file = interventions;
        return file != null
                ? OriginalInterventionFile.read(file)
                : console()
                        .watching(listener -> MarkedImages.of(
                                generator,
                                probe,
                                images -> parts.masks(images, cause),
                                images -> parts.masks(images, effect),
                                apart,
                                count,
                                of,
                                listener));
    }
}
