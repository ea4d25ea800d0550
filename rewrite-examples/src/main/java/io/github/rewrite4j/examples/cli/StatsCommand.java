package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.examples.LayerStatistics;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.memory.CovarianceCache;
import io.github.rewrite4j.stats.KeyCovariance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "stats",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Measures the second moment of the keys of a layer: condition, effective rank, a picture of the"
                + " correlations (stats.png, report.json, and the statistics as a file in statistics/).",
        footer = {"", "Example:", "  rewrite stats --layer layer5 --samples 1000 --out stats"})
final class StatsCommand extends GeneratorCommand {
    @Option(names = "--layer", paramLabel = "NAME", required = true, description = "Name of the layer.")
    private String layer = "";

    @Option(
            names = "--samples",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            defaultValue = "1000",
            description = "Number of samples (default: ${DEFAULT-VALUE}).")
    private int samples = 1000;

    StatsCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        long started = System.nanoTime();
        AssociativeMemory memory = generator.memory(layer);
        CovarianceCache cache = CovarianceCache.in(out.resolve("statistics"));
        KeyCovariance covariance = console().watching(listener -> cache.covariance(memory, samples, seed(), listener));
        Facts.Builder report = Facts.builder();
        report.put("generator", generator.spec());
        report.put("layer", layer);
        report.put("seed", seed());
        report.put("samples", samples);
        report.putAll(LayerStatistics.facts(covariance));
        report.put("seconds", Map.of("statistics", (System.nanoTime() - started) / 1e9));
        LayerStatistics.picture(layer, covariance).write(out.resolve("stats.png"));
        report.build().write(out.resolve("report.json"));
        console().say("%s", LayerStatistics.summary(layer, covariance));
        console().say("written to %s and %s", out, cache.entryFor(memory, samples, seed()));
    }
}
