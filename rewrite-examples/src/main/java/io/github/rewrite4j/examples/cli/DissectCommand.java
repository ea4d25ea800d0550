package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.examples.UnitSheet;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.dissection.Dissection;
import io.github.rewrite4j.samediff.dissection.UnitScore;
import io.github.rewrite4j.samediff.layers.LayerChoice;
import io.github.rewrite4j.samediff.perception.PartNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "dissect",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Finds the units of a layer that stand for a part of the picture, by overlap with its masks, and"
                + " shows what they cause: units.png, report.json.",
        footer = {
            "",
            "The bundled part network knows head, eyes, hair, body, mouth, nose, facialHair and background of faces of"
                    + " 64x64 pixels.",
            "",
            "Example:",
            "  rewrite dissect --part hair --out hair",
            "  rewrite dissect --layer layer4 --part hair --out hair4"
        })
final class DissectCommand extends GeneratorCommand {
    private static final int LISTED = 20;
    private static final int SHOWN = 10;
    private static final int TRIED = 64;

    @Option(
            names = "--layer",
            paramLabel = "NAME|auto",
            defaultValue = LayerChoice.AUTO,
            description =
                    "Layer whose units are looked at; auto: the one that has the unit of largest overlap (default).")
    private String layer = LayerChoice.AUTO;

    @Option(names = "--part", paramLabel = "NAME", required = true, description = "What the units should stand for.")
    private String part = "";

    @Option(
            names = "--network",
            paramLabel = "FILE",
            description = "Part network that marks it, instead of the bundled one.")
    private @Nullable Path network;

    @Option(names = "--keys", description = "Look at the channels of the layer's keys, not of its values.")
    private boolean keys;

    @Option(
            names = "--count",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            defaultValue = "200",
            description = "Samples to look at (default: ${DEFAULT-VALUE}).")
    private int count = 200;

    DissectCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        if (count < 2) {
            throw new WrongUsageException("--count is " + count + ": thresholds and overlaps need 2 samples at least.");
        }
        Path file = network;
        PartNetwork parts = file == null ? BundledNetworks.parts() : PartNetwork.load(file);
        if (!parts.parts().contains(part)) {
            throw new WrongUsageException(
                    "--part is '" + part + "', but " + parts.name() + " knows " + parts.parts() + ".");
        }
        Facts.Builder report = Facts.builder();
        String at = layer;
        if (LayerChoice.isWanted(layer)) {
            at = mostTelling(generator, parts, report);
        }
        AssociativeMemory memory = generator.memory(at);
        List<UnitScore> units = units(memory, parts, count);
        List<UnitScore> best = units.subList(0, Math.min(LISTED, units.size()));
        String footer = part + " at " + at + ", by " + parts.name() + "; samples of seed " + seed();
        try (Inputs inputs = generator.sample(SHOWN, seed())) {
            UnitSheet.of(memory, keys, best, inputs, footer).write(out.resolve("units.png"));
        }
        report.put("generator", generator.spec());
        report.put("layer", at);
        report.put("of", keys ? "keys" : "values");
        report.put("part", part);
        report.put("network", parts.name());
        parts.scores().ifPresent(scores -> report.put("networkOverlap", scores.overlap()));
        report.put("seed", seed());
        report.put("samples", count);
        report.put("units", units.stream().map(UnitScore::facts).toList());
        report.build().write(out.resolve("report.json"));
        console().say("%-6s %-8s %-10s %s", "unit", "overlap", "threshold", "information");
        best.forEach(score -> console()
                .say(
                        "%-6d %-8.3f %-10.3g %.3f",
                        score.unit(), score.overlap(), score.threshold(), score.information()));
        console().say("written to %s: units.png", out);
    }

    private List<UnitScore> units(AssociativeMemory memory, PartNetwork parts, int samples) {
        Dissection dissection = (keys ? Dissection.ofKeys(memory) : Dissection.ofValues(memory)).on(samples, seed());
        return console().watching(listener -> dissection.units(images -> parts.masks(images, part), listener));
    }

    /** The layer with the unit of largest overlap, on few samples. */
    private String mostTelling(Generator generator, PartNetwork parts, Facts.Builder report) {
        Facts.Builder overlaps = Facts.builder();
        String best = "";
        double most = -1;
        for (Layer each : generator.layers()) {
            double overlap = units(generator.memory(each.name()), parts, Math.min(count, TRIED))
                    .get(0)
                    .overlap();
            overlaps.put(each.name(), overlap);
            if (overlap > most) {
                most = overlap;
                best = each.name();
            }
        }
        String reason = String.format(
                Locale.ROOT, "%s: its best unit overlaps with %s by %.2f, the most of all layers", best, part, most);
        console().note(reason);
        report.put(
                "layerChoice",
                Facts.builder()
                        .put("layer", best)
                        .put("reason", reason)
                        .put("overlaps", overlaps.build())
                        .build());
        return best;
    }
}
