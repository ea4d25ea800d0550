package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.avatars.attribute.AttributeNetwork;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditFile;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.examples.study.FineTuned;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.layers.ChosenLayer;
import io.github.rewrite4j.samediff.strategy.EditCompiler;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import io.github.rewrite4j.samediff.strategy.UnitAblation;
import io.github.rewrite4j.samediff.study.Arm;
import io.github.rewrite4j.samediff.study.PreservationStudy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "study",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Proves what an edit does to thousands of fresh samples and what it leaves alone, beside fine-tuning"
                        + " all weights, one layer's whole weight, switching units off, and pasting pixels: report.json. A study that"
                        + " was stopped goes on where it was.",
        footer = {
            "",
            "The share of samples that turn from source to target, and what becomes of all other attributes, is judged by a"
                    + " network that no loss uses; its accuracy on held-out pictures stands beside.",
            "",
            "Example:",
            "  rewrite study --edit rewrite-examples/edits/moustache.json --attribute facialHair --target walrus"
                    + " --count 10000 --out proof"
        })
final class StudyCommand extends GeneratorCommand {
    @Option(names = "--edit", paramLabel = "EDIT.json", required = true, description = "The edit that is studied.")
    private Path edit = Path.of("");

    @Option(
            names = "--attribute",
            paramLabel = "NAME",
            required = true,
            description = "What it changes: eyes, hair, body, nose, mouth or facialHair.")
    private String attribute = "";

    @Option(names = "--target", paramLabel = "CLASS", required = true, description = "What it turns that into.")
    private String target = "";

    @Option(
            names = "--source",
            paramLabel = "CLASS",
            description = "What it turns; unless it is named, all that is not the target.")
    private String source = "";

    @Option(
            names = "--count",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            defaultValue = "10000",
            description = "Samples to look at (default: ${DEFAULT-VALUE}).")
    private int count = 10_000;

    @Option(
            names = "--steps",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            defaultValue = "200",
            description = "Steps of the fine-tuning baselines (default: ${DEFAULT-VALUE}).")
    private int steps = 200;

    StudyCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        EditPlan given = EditFile.read(edit);
        Facts.Builder report = Facts.builder();
        ChosenLayer choice = console().watching(listener -> ChosenLayer.of(generator, given, listener));
        EditPlan plan = (EditPlan) choice.plan();
        if (!choice.reason().isEmpty()) {
            console().note(choice.reason());
            report.put("layerChoice", choice.facts());
        }
        AttributeNetwork judge = BundledNetworks.evaluation();
        PreservationStudy.Question question = new PreservationStudy.Question(attribute, source, target);
        Mask region = plan.edit()
                .pastes()
                .get(0)
                .region()
                .requireOnImage(generator.spec().imageHeight(), generator.spec().imageWidth());
        try {
            new PreservationStudy(generator, judge, question, region, List.of());
        } catch (IllegalArgumentException unknown) {
            throw new WrongUsageException(String.valueOf(unknown.getMessage()));
        }
        List<Arm> arms = arms(generator, plan, region, out);
        PreservationStudy study = new PreservationStudy(generator, judge, question, region, arms);
        report.put("generator", generator.spec());
        report.put("edit", edit.toString());
        report.put("layer", plan.layer());
        report.putAll(console().watching(listener -> study.run(count, seed(), out.resolve("study.json"), listener)));
        report.build().write(out.resolve("report.json"));
        say(report.build().asMap());
        console().say("written to %s: report.json", out);
    }

    private void say(Map<String, Object> report) {
        console().say("%-16s %-8s %-10s %-6s %s", "", "turned", "undesired", "dB", "other attributes that stay");
        if (report.get("arms") instanceof Map<?, ?> arms) {
            arms.forEach((name, value) -> {
                if (value instanceof Map<?, ?> facts
                        && facts.get("turned") instanceof Double turned
                        && facts.get("undesiredChange") instanceof Double undesired) {
                    Object psnr = facts.get("undesiredPsnr");
                    StringBuilder kept = new StringBuilder();
                    if (facts.get("attributesKept") instanceof Map<?, ?> shares) {
                        shares.forEach((head, share) ->
                                kept.append(String.format(Locale.ROOT, "%s %.3f  ", head, number(share))));
                    }
                    console().say("%-16s %-8.3f %-10.4f %-6.1f %s", name, turned, undesired, number(psnr), kept);
                }
            });
        }
        console()
                .say(
                        "accuracy of the judge on held-out pictures: %s",
                        Objects.requireNonNullElse(report.get("judgeAccuracy"), "unknown"));
    }

    private static double number(@Nullable Object value) {
        return value instanceof Double number ? number : Double.NaN;
    }

    /** The edit and what one would do without it; patches are kept beside, so that a study goes on with the same ones. */
    private List<Arm> arms(Generator generator, EditPlan plan, Mask region, Path out) throws IOException {
        Edit what = plan.edit();
        AssociativeMemory memory = generator.memory(plan.layer());
        List<Arm> arms = new ArrayList<>();
        arms.add(arm(
                generator, out, "rewrite", () -> console().watching(listener -> PlannedRewrite.of(plan.evaluatedOn(0))
                        .rewrite(memory, what, listener)
                        .patch())));
        arms.add(arm(generator, out, "all weights", () -> console()
                .watching(listener -> FineTuned.allWeights(generator, what, plan.layer(), steps, listener))));
        arms.add(arm(generator, out, "full rank", () -> console()
                .watching(listener -> FineTuned.fullRank(generator, what, plan.layer(), steps, listener))));
        arms.add(arm(
                generator,
                out,
                "units off",
                () -> UnitAblation.switchedOff(
                        memory, UnitAblation.standard().units(memory, EditCompiler.context(memory, what)))));
        try (Inputs inputs = Subject.inputs(List.of(what.object().subject()), generator.sampler())) {
            INDArray object = generator.generate(inputs);
            Mask cut = what.object().region().requireOnImage(region.height(), region.width());
            arms.add(Arm.pasted(
                    object,
                    cut,
                    region.centre().row() - cut.centre().row(),
                    region.centre().column() - cut.centre().column()));
        }
        return arms;
    }

    private Arm arm(Generator generator, Path out, String name, Supplier<Patch> made) throws IOException {
        Path file = out.resolve(name.replace(' ', '-') + ".safetensors");
        Patch patch;
        if (Files.exists(file)) {
            patch = Patch.load(file);
            patch.requireFits(generator.spec());
        } else {
            patch = made.get();
            patch.save(file);
        }
        return Arm.patch(name, patch);
    }
}
