package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.examples.PatchStack;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.image.Difference;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
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
            "  rewrite apply --patch bun/patch.safetensors --patch smile.safetensors --strength 1 --strength 0.5"
        })
final class ApplyCommand extends DrawingCommand {
    private static final int COMPARED = 10;

    @Option(
            names = "--patch",
            paramLabel = "P",
            required = true,
            description = "A patch made for this generator; may be repeated.")
    private List<Path> patches = new ArrayList<>();

    @Option(
            names = "--strength",
            paramLabel = "S",
            description = "1 as made (default), 0 nothing; once for all patches, or once for each in order.")
    private List<Double> strengths = new ArrayList<>();

    ApplyCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        if (strengths.size() > 1 && strengths.size() != patches.size()) {
            throw new IllegalArgumentException("There are " + patches.size() + " patches and " + strengths.size()
                    + " strengths: give --strength once, or once for each patch.");
        }
        PatchStack stack = PatchStack.on(generator);
        List<Map<String, Object>> applied = new ArrayList<>();
        for (int i = 0; i < patches.size(); i++) {
            Patch patch = Patch.load(patches.get(i));
            double strength = strengths.isEmpty() ? 1 : strengths.get(strengths.size() == 1 ? 0 : i);
            stack = stack.and(patch, strength);
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("file", patches.get(i).toString());
            facts.put("id", patch.id());
            facts.put("strength", strength);
            facts.put("notes", patch.notes());
            applied.add(facts);
        }
        Inputs inputs = inputs(generator);
        INDArray before = generator.generate(inputs);
        console().cancellation().check("drawing");
        INDArray after = stack.generate(inputs);
        console().cancellation().check("drawing");
        Map<String, Object> report = report(generator);
        report.put("patches", applied);
        report.put("meanAbsoluteChange", PatchStack.meanAbsoluteChange(before, after));
        Images.writeGrid(before, out.resolve("before.png"));
        Images.writeGrid(after, out.resolve("after.png"));
        comparison(generator, before, after).write(out.resolve("compare.png"));
        Json.write(out.resolve("report.json"), report);
        console()
                .say(
                        "%d %s applied to %d samples of seed %d: %s",
                        patches.size(), patches.size() == 1 ? "patch" : "patches", count(), seed(), out);
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
