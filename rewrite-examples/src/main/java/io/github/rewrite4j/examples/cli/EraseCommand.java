package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.edit.Erasure;
import io.github.rewrite4j.edit.OriginalEditFile;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.examples.ErasedPictures;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.layers.ContextLayers;
import io.github.rewrite4j.samediff.layers.LayerChoice;
import io.github.rewrite4j.samediff.strategy.EditCompiler;
import io.github.rewrite4j.samediff.strategy.RankOneErase;
import io.github.rewrite4j.samediff.strategy.UnitAblation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "erase",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Removes from all images what marked regions show: before.png, after.png, compare.png,"
                + " patch.safetensors, report.json.",
        footer = {
            "",
            "The first --mark is the example that the rule is learnt on; all of them are contexts, which say what else"
                    + " it applies to. Regions are written as in edits, see 'rewrite edit --help'.",
            "",
            "Examples:",
            "  rewrite erase --mark \"12:ellipse(32, 40, 9, 4)\" --mark \"31:ellipse(32, 40, 9, 4)\"" + " --out shaved",
            "  rewrite erase --layer layer5 --edit marked.json --method units --out without-units"
        })
final class EraseCommand extends GeneratorCommand {
    /** Ways to remove. */
    enum Method {
        rule,
        units
    }

    @Option(
            names = "--layer",
            paramLabel = "NAME|auto",
            defaultValue = LayerChoice.AUTO,
            description =
                    "Layer to rewrite; auto: the one whose keys tell the marked places best from others (default).")
    private String layer = LayerChoice.AUTO;

    @Option(
            names = "--mark",
            paramLabel = Marks.LABEL,
            description = "A region of a sample of seed 1 that shows what should go; may be repeated.")
    private List<String> marks = new ArrayList<>();

    @Option(
            names = "--edit",
            paramLabel = "FILE",
            description =
                    "A file of the original interface instead: its paste or first key is the example, its keys are"
                            + " the contexts.")
    private @Nullable Path edit;

    @Option(
            names = "--method",
            paramLabel = "rule|units",
            defaultValue = "rule",
            description = "rule: a rule of rank one (default). units: switch the units off that answer there, in all"
                    + " images (dissection).")
    private Method method = Method.rule;

    @Option(
            names = "--share",
            paramLabel = "S",
            defaultValue = "0.1",
            description = "Share of the layer's units that are taken for what should go (default: ${DEFAULT-VALUE}).")
    private double share = 0.1;

    @Option(
            names = "--times",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            defaultValue = "2",
            description = "How often the rule is inserted (default: ${DEFAULT-VALUE}).")
    private int times = 2;

    EraseCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        Erasure erasure = erasure();
        Facts.Builder report = Facts.builder();
        String at = layer;
        if (LayerChoice.isWanted(layer)) {
            ContextLayers choice =
                    console().watching(listener -> ContextLayers.of(generator, erasure.effectiveContexts(), listener));
            console().note(choice.reason());
            report.put("layerChoice", choice.facts());
            at = choice.layer();
        }
        AssociativeMemory memory = generator.memory(at);
        report.put("layer", at);
        Patch patch;
        if (method == Method.rule) {
            RankOneErase strategy = RankOneErase.ofShare(share).times(times);
            Rewrite rewrite = console().watching(listener -> strategy.rewrite(memory, erasure, listener));
            patch = rewrite.patch();
            report.putAll(rewrite.report().facts());
            console().say("%s", rewrite.report());
        } else {
            int[] units = UnitAblation.ofShare(share).units(memory, EditCompiler.context(memory, erasure.asEdit()));
            patch = UnitAblation.switchedOff(memory, units);
            report.put("strategy", "unit-ablation");
            report.put("units", Arrays.stream(units).boxed().toList());
            console().say("%d units of %s switched off", units.length, at);
        }
        console().cancellation().check("drawing");
        try (Inputs inputs = generator.sample(ErasedPictures.SHOWN, seed())) {
            ErasedPictures pictures = ErasedPictures.of(generator, patch, memory, erasure, inputs);
            pictures.write(out, "Removed by " + method + " at " + at + "; samples of seed " + seed());
            report.putAll(pictures.facts());
            console().say("%s", pictures);
        }
        patch.save(out.resolve("patch.safetensors"));
        report.put("generator", generator.spec());
        report.put("seed", seed());
        report.build().write(out.resolve("report.json"));
        console().say("written to %s: patch.safetensors, compare.png", out);
    }

    private Erasure erasure() throws IOException {
        Path file = edit;
        if (marks.isEmpty() == (file == null)) {
            throw new WrongUsageException(
                    "Say what should go by --mark SAMPLE:REGION or by --edit FILE, by one of them.");
        }
        if (file != null) {
            return Erasure.of(OriginalEditFile.selections(file));
        }
        List<Selection> selections = Marks.read("--mark", marks);
        return new Erasure(selections.get(0), selections);
    }
}
