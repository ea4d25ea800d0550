package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.composition.Composed;
import io.github.rewrite4j.samediff.composition.PatchComposition;
import io.github.rewrite4j.samediff.composition.Patches;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "compose",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Makes one patch out of several that were learnt apart, so that each draws what it draws alone:"
                + " patch.safetensors, compare.png, report.json.",
        footer = {
            "",
            "Patches that edit or paste wrote with this version say which samples they were learnt on; others can only be"
                    + " added up, with --sum.",
            "",
            "Example:",
            "  rewrite compose --patch bun/patch.safetensors --patch moustache/patch.safetensors --out both"
        })
final class ComposeCommand extends GeneratorCommand {
    private static final int SHOWN = 10;

    @Mixin
    private PatchOptions patches = new PatchOptions();

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "160",
            description = "Steps of training (default: ${DEFAULT-VALUE}).")
    private int steps = 160;

    @Option(names = "--sum", description = "Only add the changes up, as a generator does that carries all patches.")
    private boolean sum;

    ComposeCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        List<PatchOptions.Named> named = patches.load();
        if (named.size() < 2) {
            throw new WrongUsageException("Give at least two patches, each with --patch.");
        }
        if (steps < 1) {
            throw new WrongUsageException("--steps is at least 1.");
        }
        List<AppliedPatch> applied = PatchOptions.applied(named);
        List<String> names = PatchOptions.names(named);
        Facts.Builder report = Facts.builder();
        report.put("generator", generator.spec());
        report.put("patches", PatchOptions.facts(named));
        Patch added = Patches.sum(applied);
        Patch patch = added;
        if (!sum) {
            PatchComposition composition = PatchComposition.standard().steps(steps);
            Composed composed = console().watching(listener -> composition.compose(generator, applied, listener));
            patch = composed.patch();
            report.putAll(composed.facts());
            for (int i = 0; i < names.size(); i++) {
                console()
                        .say(
                                "  %s: kept %s, by plain addition %s",
                                names.get(i),
                                percent(composed.kept().get(i)),
                                percent(composed.keptBySum().get(i)));
            }
            console()
                    .say(
                            "elsewhere images change by %.4f, by plain addition %.4f; %.1f s",
                            composed.elsewhere(), composed.elsewhereBySum(), composed.seconds());
        }
        ContactSheet sheet = sheet(generator, applied, names, added, patch);
        patch.save(out.resolve("patch.safetensors"));
        sheet.write(out.resolve("compare.png"));
        report.build().write(out.resolve("report.json"));
        console().say("written to %s: patch.safetensors, compare.png", out);
    }

    private static String percent(OptionalDouble share) {
        return share.isPresent() ? String.format(Locale.ROOT, "%.0f %%", 100 * share.getAsDouble()) : "-";
    }

    private ContactSheet sheet(
            Generator generator, List<AppliedPatch> applied, List<String> names, Patch added, Patch composed) {
        try (Inputs inputs = generator.sample(SHOWN, seed())) {
            ContactSheet.Builder sheet =
                    ContactSheet.titled("One patch out of " + applied.size()).row("none", generator.generate(inputs));
            for (int i = 0; i < applied.size(); i++) {
                sheet.row(names.get(i), drawn(generator, applied.get(i), inputs));
            }
            sheet.row("added up", drawn(generator, new AppliedPatch(added, 1), inputs));
            if (!sum) {
                sheet.row("composed", drawn(generator, new AppliedPatch(composed, 1), inputs));
            }
            return sheet.footer("samples of seed " + seed()).build();
        }
    }

    private static INDArray drawn(Generator generator, AppliedPatch applied, Inputs inputs) {
        try (Generator with = generator.with(applied.patch(), applied.strength())) {
            return with.generate(inputs);
        }
    }
}
