package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.examples.PatchStack;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.image.Difference;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.generator.onnx.OnnxEmbedding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Draws images with one or several patches: before.png, after.png, compare.png, report.json.",
        footer = {
            "",
            "Examples:",
            "  rewrite apply --patch bun/patch.safetensors --out with-bun",
            "  rewrite apply --patch bun/patch.safetensors --patch smile.safetensors --strength 1 --strength 0.5",
            "  rewrite apply --patch moustache/patch.safetensors --quantile facialHair=walrus@0.9",
            "  rewrite apply --patch bun/patch.safetensors --count 64 --judge faces.onnx --judge-input symmetric@112"
        })
final class ApplyCommand extends DrawingCommand {
    private static final int COMPARED = 10;

    @ArgGroup(exclusive = false, multiplicity = "1")
    private PatchOptions patches = new PatchOptions();

    @Option(
            names = "--fresh",
            paramLabel = "N",
            defaultValue = "32",
            description = "Images to measure on what several patches leave of one another, 0 for none (default:"
                    + " ${DEFAULT-VALUE}).")
    private int fresh = 32;

    @Mixin
    private QuantileOption quantile = new QuantileOption();

    @Mixin
    private JudgeOptions judge = new JudgeOptions();

    ApplyCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        OnnxEmbedding network = judge.open();
        List<PatchOptions.Named> loaded = patches.load();
        List<PatchOptions.Named> given = loaded;
        if (quantile.given()) {
            PatchOptions.Named weighed = console().watching(listener -> quantile.on(generator, loaded, listener));
            given = List.of(weighed);
        }
        PatchStack stack = PatchStack.on(generator).and(PatchOptions.applied(given));
        Inputs inputs = inputs(generator);
        INDArray before = generator.generate(inputs);
        console().cancellation().check("drawing");
        INDArray after = stack.generate(inputs);
        console().cancellation().check("drawing");
        Facts.Builder report = report(generator);
        report.put("patches", PatchOptions.facts(given));
        if (quantile.given()) {
            report.put("quantile", quantile.facts());
            console().note(quantile.line());
        }
        report.put("meanAbsoluteChange", PatchStack.meanAbsoluteChange(before, after));
        StackFindings findings =
                fresh == 0 ? StackFindings.none() : StackFindings.of(generator, given, inputs(generator, fresh));
        console().cancellation().check("measuring");
        report.putAll(findings.facts());
        Facts judged = network == null ? Facts.NONE : JudgeOptions.facts(network, before, after);
        if (network != null) {
            report.put("judge", judged);
        }
        Images.writeGrid(before, out.resolve("before.png"));
        Images.writeGrid(after, out.resolve("after.png"));
        comparison(generator, before, after).write(out.resolve("compare.png"));
        report.build().write(out.resolve("report.json"));
        console()
                .say(
                        "%d %s applied to %d samples of seed %d: %s",
                        given.size(), given.size() == 1 ? "patch" : "patches", count(), seed(), out);
        if (network != null) {
            console().say("%s", JudgeOptions.line(judged));
        }
        findings.lines().forEach(line -> console().say("%s", line));
    }

    private ContactSheet comparison(Generator generator, INDArray before, INDArray after) {
        INDArray first = PatchStack.first(before, COMPARED);
        INDArray second = PatchStack.first(after, COMPARED);
        return ContactSheet.titled(generator.spec().architecture())
                .row("before", first)
                .row("after", second)
                .row("difference x2", Difference.absolute(first, second, 2))
                .footer("the first samples of seed " + seed())
                .build();
    }
}
