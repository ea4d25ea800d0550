package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "sample",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Draws images of a generator: sample.png, report.json.",
        footer = {"", "Example:", "  rewrite sample --count 16 --truncation 0.7 --seed 3 --out pictures"})
final class SampleCommand extends DrawingCommand {
    @Option(
            names = "--truncation",
            paramLabel = "PSI",
            defaultValue = "1",
            description = "1 draws from the whole distribution, 0 the mean image (default: ${DEFAULT-VALUE}).")
    private double truncation = 1;

    @Option(
            names = "--class",
            paramLabel = "NUMBER",
            description = "Draws samples of one class of a conditional generator, counted from 0 (default: of all).")
    private @Nullable Integer number;

    SampleCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        long started = System.nanoTime();
        INDArray images;
        try (Generator drawn = asAsked(generator)) {
            images = drawn.generate(inputs(drawn));
        }
        Facts.Builder report = report(generator);
        report.put("truncation", truncation);
        if (number != null) {
            report.put("class", number);
        }
        report.put("seconds", Map.of("generate", (System.nanoTime() - started) / 1e9));
        console().cancellation().check("drawing");
        Images.writeGrid(images, out.resolve("sample.png"));
        report.build().write(out.resolve("report.json"));
        console().say("%d samples of seed %d: %s", count(), seed(), out.resolve("sample.png"));
    }

    /** The generator with the sampler that the options ask for; weights are shared. */
    private Generator asAsked(Generator generator) {
        Integer one = number;
        if (one == null) {
            return truncation == 1
                    ? generator.withSampler(generator.sampler())
                    : StyleGan2.truncated(generator, truncation);
        }
        try (Generator ofClass = StyleGan2.ofClass(generator, one)) {
            return truncation == 1 ? ofClass.withSampler(ofClass.sampler()) : StyleGan2.truncated(ofClass, truncation);
        }
    }
}
