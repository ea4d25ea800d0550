package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.family.GeneratorFile;
import io.github.rewrite4j.family.LoadOption;
import io.github.rewrite4j.family.LoadOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "estimate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Says what loading and running a generator would take, without reading its weights, or why its file"
                        + " cannot be loaded.",
        footer = {"", "Examples:", "  rewrite estimate 550000.pt", "  rewrite estimate --families"})
final class EstimateCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", arity = "0..1", description = "A file of a generator, of any installed family.")
    private @Nullable Path file;

    @Option(names = "--families", description = "Lists the installed families of generators and their options.")
    private boolean families;

    @Mixin
    private FamilyOptions options = new FamilyOptions();

    private final Console console;

    EstimateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (families == (file != null)) {
            throw new WrongUsageException("Give the file of a generator, or --families.");
        }
        if (file == null) {
            GeneratorFamilies.installed().all().forEach(this::show);
            return 0;
        }
        try (GeneratorFile open = GeneratorFile.open(file)) {
            LoadOptions said = options.options();
            GeneratorFamily family = GeneratorFamilies.installed().familyOf(open, said);
            show(console, family, family.estimate(open, said));
        }
        return 0;
    }

    private void show(GeneratorFamily family) {
        console.say("%s: %s", family.name(), family.description());
        for (LoadOption<?> option : family.options()) {
            console.say("    --option %s: %s", option.toString(), option.description());
        }
    }

    /** What a generator needs. */
    static void show(Console console, GeneratorFamily family, GeneratorEstimate estimate) {
        console.say("family: %s", family.name());
        console.say("%s", estimate.toString());
        console.say(
                "%s to pictures of %s, %d layers with weights",
                String.join(", ", estimate.inputs()),
                estimate.imageHeight() == 0 || estimate.imageWidth() == 0
                        ? "a size that the file leaves free"
                        : estimate.imageHeight() + " x " + estimate.imageWidth() + " pixels",
                estimate.layers());
        estimate.notes().forEach(note -> console.say("%s", note));
    }
}
