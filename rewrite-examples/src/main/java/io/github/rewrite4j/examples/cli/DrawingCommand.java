package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.latent.ExpandedGenerator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** A command that draws the first samples of a seed. */
abstract class DrawingCommand extends GeneratorCommand {
    @Option(
            names = "--count",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            defaultValue = "64",
            description = "Number of images (default: ${DEFAULT-VALUE}).")
    private int count = 64;

    @Option(
            names = "--domain",
            paramLabel = "NAME[=AMOUNT]",
            description =
                    "Draw in a domain of an expanded generator: 1 wholly (default), 0 not at all, more goes beyond;"
                            + " may be repeated.")
    private List<String> domains = new ArrayList<>();

    DrawingCommand(Console console) {
        super(console);
    }

    final int count() {
        return count;
    }

    /** The inputs asked for. */
    final Inputs inputs(Generator generator) {
        return inputs(generator, count);
    }

    /** As many as these instead, of the same kind. */
    final Inputs inputs(Generator generator, int number) {
        amounts();
        Inputs inputs = generator.sample(number, seed());
        if (domains.isEmpty()) {
            return inputs;
        }
        return generator
                .capability(ExpandedGenerator.class)
                .orElseThrow(() -> new IllegalArgumentException("--domain is for expanded generators, and this is none:"
                        + " choose one with --generator, such as --generator expanded."))
                .at(inputs, amounts());
    }

    private Map<String, Double> amounts() {
        Map<String, Double> amounts = new LinkedHashMap<>();
        for (String domain : domains) {
            int at = domain.lastIndexOf('=');
            String name = at < 0 ? domain : domain.substring(0, at);
            try {
                amounts.put(name, at < 0 ? 1.0 : OptionValues.finite(domain.substring(at + 1)));
            } catch (TypeConversionException wrong) {
                throw new WrongUsageException(
                        "--domain is '" + domain + "': give a name and a finite number, such as night=0.5.");
            }
        }
        return amounts;
    }

    /** What was drawn, for report.json; to be added to. */
    final Facts.Builder report(Generator generator) {
        Facts.Builder report = Facts.builder();
        report.put("generator", generator.spec());
        report.put("seed", seed());
        report.put("count", count);
        if (!domains.isEmpty()) {
            report.put("domains", amounts());
        }
        return report;
    }
}
