package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.examples.PatchStack;
import io.github.rewrite4j.examples.WalkRun;
import io.github.rewrite4j.io.Facts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "walk",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Moving pictures: a walk through the latent space before and after patches: walk.gif, frames/*.png,"
                        + " report.json with how much the patches add to the flicker.",
        footer = {
            "",
            "The walk leads through samples of the seed and through inverted pictures, and back to the first of them.",
            "",
            "Examples:",
            "  rewrite walk --patch moustache/patch.safetensors --out moving",
            "  rewrite walk --patch moustache/patch.safetensors --patch me/pivot.safetensors --inputs me/me.safetensors"
                    + " --through 3"
        })
final class WalkCommand extends GeneratorCommand {
    @ArgGroup(exclusive = false, multiplicity = "1")
    private PatchOptions patches = new PatchOptions();

    @Option(
            names = "--frames",
            paramLabel = "N",
            defaultValue = "120",
            description = "Number of frames (default: ${DEFAULT-VALUE}).")
    private int frames = 120;

    @Option(
            names = "--through",
            paramLabel = "N",
            defaultValue = "6",
            description = "Samples that it leads through (default: ${DEFAULT-VALUE}).")
    private int through = 6;

    @Option(
            names = "--inputs",
            paramLabel = "FILE",
            description = "What invert wrote: the walk leads through this as well; may be repeated.")
    private List<Path> inputs = new ArrayList<>();

    @Option(
            names = "--milliseconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "How long a frame stays (default: ${DEFAULT-VALUE}).")
    private int milliseconds = 60;

    WalkCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        if (through < 0 || through + inputs.size() < 2 || frames < through + inputs.size()) {
            throw new WrongUsageException("A walk leads through at least two pictures, in at least as many frames: give"
                    + " --through and --inputs two together, and --frames no fewer.");
        }
        List<PatchOptions.Named> given = patches.load();
        List<Subject> subjects = new ArrayList<>();
        for (Path file : inputs) {
            subjects.add(OwnInputs.read(file));
        }
        subjects.addAll(Sample.range(seed(), 0, through));
        PatchStack stack = PatchStack.on(generator).and(PatchOptions.applied(given));
        WalkRun walk = console().watching(listener -> WalkRun.of(generator, stack, subjects, frames, listener));
        Facts.Builder report = Facts.builder();
        report.put("generator", generator.spec());
        report.put("seed", seed());
        report.put("through", subjects.stream().map(Object::toString).toList());
        report.put("patches", PatchOptions.facts(given));
        report.putAll(walk.facts());
        walk.write(out, milliseconds);
        report.build().write(out.resolve("report.json"));
        Object added = walk.facts().asMap().get("addedElsewhere");
        console()
                .say(
                        "%d frames: %s%s",
                        frames,
                        out.resolve("walk.gif"),
                        added instanceof Double share
                                ? String.format(
                                        Locale.ROOT, "; flicker elsewhere than the rules draw: %+.1f %%", 100 * share)
                                : "");
    }
}
