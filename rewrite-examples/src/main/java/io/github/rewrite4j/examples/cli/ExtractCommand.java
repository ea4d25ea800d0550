package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.image.Difference;
import io.github.rewrite4j.samediff.generator.export.PatchExtraction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "extract",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Finds the patch that leads from one checkpoint to another of the same architecture: patch.safetensors"
                        + " and compare.png.",
        footer = {"", "Example:", "  rewrite extract ffhq.pt ffhq-with-beards.pt --out beards"})
final class ExtractCommand implements Callable<Integer> {
    private static final int COMPARED = 8;

    @Parameters(index = "0", paramLabel = "BASE", description = "The checkpoint that the patch will fit.")
    private Path base = Path.of("");

    @Parameters(index = "1", paramLabel = "CHANGED", description = "The checkpoint that somebody changed.")
    private Path changed = Path.of("");

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "rewrite-out",
            description = "Directory for the patch and the picture (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("rewrite-out");

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "2",
            description = "Seed of the samples in the picture (default: ${DEFAULT-VALUE}).")
    private long seed = 2;

    @Mixin
    private FamilyOptions family = new FamilyOptions();

    private final Console console;

    ExtractCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        GeneratorFamilies families = GeneratorFamilies.installed();
        try (Generator before = families.open(base, family.options());
                Generator after = families.open(changed, family.options())) {
            console.cancellation().check("loading the generators");
            PatchExtraction found = PatchExtraction.between(before, after);
            console.cancellation().check("comparing weights");
            Inputs inputs = before.sample(COMPARED, seed);
            INDArray plain = before.generate(inputs);
            INDArray wanted = after.generate(inputs);
            try (Generator patched = before.with(found.patch())) {
                INDArray drawn = patched.generate(inputs);
                ContactSheet.titled("The patch between " + base.getFileName() + " and " + changed.getFileName())
                        .row("base", plain)
                        .row("changed", wanted)
                        .row("base with the patch", drawn)
                        .row("what is left x2", Difference.absolute(wanted, drawn, 2))
                        .footer("the first samples of seed " + seed)
                        .build()
                        .write(out.resolve("compare.png"));
            }
            found.patch().save(out.resolve("patch.safetensors"));
            console.say("%s", found.sentence());
            console.say("%s", out.resolve("patch.safetensors"));
        }
        return 0;
    }
}
