package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
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

    SampleCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        long started = System.nanoTime();
        INDArray images;
        if (truncation == 1) {
            images = generator.generate(inputs(generator));
        } else {
            try (Generator truncated = StyleGan2.truncated(generator, truncation)) {
                images = truncated.generate(inputs(truncated));
            }
        }
        Map<String, Object> report = report(generator);
        report.put("truncation", truncation);
        report.put("seconds", Map.of("generate", (System.nanoTime() - started) / 1e9));
        console().cancellation().check("drawing");
        Images.writeGrid(images, out.resolve("sample.png"));
        Json.write(out.resolve("report.json"), report);
        console().say("%d samples of seed %d: %s", count(), seed(), out.resolve("sample.png"));
    }
}
