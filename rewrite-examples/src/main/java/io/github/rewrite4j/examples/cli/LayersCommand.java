package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.edit.EditFile;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.examples.LayerSheet;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.image.HeatMap;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.layers.LayerChoice;
import io.github.rewrite4j.samediff.layers.LayerStudy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "layers",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Lists the layers that can be rewritten: shapes, parameters, and a picture of how strongly each"
                + " answers (layers.png, report.json). With --study also what isolated squares of their values draw"
                + " (patches.png), and with --edit how far one edit gets at each.",
        footer = {
            "",
            "Examples:",
            "  rewrite layers --out layers",
            "  rewrite layers --study --edit rewrite-examples/edits/bun.json --out study"
        })
final class LayersCommand extends GeneratorCommand {
    private static final int SHOWN = 8;

    @Option(
            names = "--study",
            description =
                    "Study them: how well a single value keeps to its place, and the Fréchet distance of rendered to"
                            + " drawn crops, by size.")
    private boolean study;

    @Option(names = "--edit", paramLabel = "EDIT.json", description = "With --study: try this edit at every layer.")
    private @Nullable Path edit;

    @Option(
            names = "--count",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            defaultValue = "128",
            description = "With --study: squares of each size (default: ${DEFAULT-VALUE}).")
    private int count = 128;

    LayersCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        Path file = edit;
        if (file != null && !study) {
            throw new WrongUsageException("--edit is tried at every layer by --study: give both.");
        }
        if (study && count < 8) {
            throw new WrongUsageException(
                    "--count is " + count + ": a study looks at 8 squares of each size at least.");
        }
        EditPlan plan = file == null ? null : EditFile.read(file);
        Inputs inputs = generator.sample(SHOWN, seed());
        INDArray images = generator.generate(inputs);
        ContactSheet.Builder sheet = ContactSheet.titled(
                        "How strongly the layers answer: " + generator.spec().architecture())
                .row("image", images);
        for (Layer layer : generator.layers()) {
            console().cancellation().check("looking at " + layer.name());
            AssociativeMemory memory = generator.memory(layer.name());
            INDArray values = memory.values(memory.keys(inputs)).tensor();
            INDArray norms = inPicture(values, layer.valueShape().margin()).norm2(1);
            sheet.row(
                    layer.name() + ", " + layer.valueShape(),
                    HeatMap.rangeOf(norms).over(norms, images));
        }
        Facts.Builder report = Facts.builder();
        report.put("generator", generator.spec());
        report.put("seed", seed());
        report.put("layers", generator.layers());
        sheet.footer("length of the value at each cell, dark = short; samples of seed " + seed())
                .build()
                .write(out.resolve("layers.png"));
        if (study) {
            study(generator, plan, out, report);
        }
        report.build().write(out.resolve("report.json"));
        console()
                .say(
                        "%s, %,d parameters",
                        generator.spec().architecture(), generator.spec().parameters());
        List<Layer> layers = generator.layers();
        int width =
                layers.stream().mapToInt(layer -> layer.name().length()).max().orElse(0);
        String columns = "%-" + Math.max(10, width) + "s %-15s %-18s %-15s ";
        console().say(columns + "%s", "layer", "keys", "weight", "values", "parameters");
        layers.forEach(layer -> console()
                .say(
                        columns + "%,d",
                        layer.name(),
                        layer.keyShape(),
                        layer.weightShape(),
                        layer.valueShape(),
                        layer.parameters()));
    }

    private void study(Generator generator, @Nullable EditPlan plan, Path out, Facts.Builder report)
            throws IOException {
        List<LayerStudy.Findings> findings =
                console().watching(listener -> LayerStudy.on(count).of(generator, listener));
        LayerSheet.of(generator, seed()).write(out.resolve("patches.png"));
        report.put("study", findings.stream().map(LayerStudy.Findings::facts).toList());
        console().say("%-10s %-22s %s", "layer", "single value in place", "distance of crops, by cells");
        findings.forEach(layer -> console()
                .say(
                        "%-10s %-22s %s",
                        layer.layer(),
                        String.format(Locale.ROOT, "%.2f (own cell %.2f)", layer.focus(), layer.ownFocus()),
                        layer.sizes().stream()
                                .map(size -> String.format(Locale.ROOT, "%d: %.3g", size.cells(), size.frechet()))
                                .collect(Collectors.joining(", "))));
        if (plan != null) {
            LayerChoice choice = console().watching(listener -> LayerChoice.of(generator, plan, listener));
            report.put("edit", choice.facts());
            console().say("%-10s %-9s %-11s %s", "layer", "success", "outside dB", "seconds");
            choice.trials().forEach(trial -> {
                if (trial.possible()) {
                    console()
                            .say(
                                    "%-10s %-9.3f %-11.1f %.2f",
                                    trial.layer(), trial.success(), trial.outsidePsnr(), trial.seconds());
                } else {
                    console().say("%-10s %s", trial.layer(), trial.refused());
                }
            });
            console().note("chosen is " + choice.reason());
        }
    }

    /** Maps without the cells that lie outside of the picture. */
    private static INDArray inPicture(INDArray maps, int margin) {
        return margin == 0
                ? maps
                : maps.get(
                                NDArrayIndex.all(),
                                NDArrayIndex.all(),
                                NDArrayIndex.interval(margin, maps.size(2) - margin),
                                NDArrayIndex.interval(margin, maps.size(3) - margin))
                        .dup('c');
    }
}
