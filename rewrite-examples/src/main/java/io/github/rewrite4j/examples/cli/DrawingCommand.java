package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** A command that draws the first samples of a seed. */
abstract class DrawingCommand extends GeneratorCommand {
    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "64",
            description = "Number of images (default: ${DEFAULT-VALUE}).")
    private int count = 64;

    DrawingCommand(Console console) {
        super(console);
    }

    final int count() {
        return count;
    }

    /** The inputs asked for. */
    final Inputs inputs(Generator generator) {
        return generator.sample(count, seed());
    }

    /** What was drawn, for report.json; to be added to. */
    final Map<String, Object> report(Generator generator) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("generator", generator.spec());
        report.put("seed", seed());
        report.put("count", count);
        return report;
    }
}
