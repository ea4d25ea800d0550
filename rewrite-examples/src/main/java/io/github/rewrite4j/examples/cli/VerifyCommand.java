package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.recipe.Claim;
import io.github.rewrite4j.recipe.Recipe;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.strategy.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Measures a patch again, on fresh samples of the generator without any other patch, and holds it to"
                        + " what it says: that it does something, leads as far to its goal, and changes no more elsewhere.",
        footer = {
            "",
            "Example:",
            "  rewrite verify bun/patch.safetensors --samples 300",
            "",
            "Exit codes: 0 it does what it says, 1 it does not, or failed, 2 wrong usage, 130 cancelled."
        })
final class VerifyCommand extends PatchFileCommand {
    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(
            names = "--samples",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            defaultValue = "200",
            description = "Fresh samples, of --seed or the next seed if the patch was measured on that (default:"
                    + " ${DEFAULT-VALUE}).")
    private int samples = 200;

    VerifyCommand(Console console) {
        super(console);
    }

    @Override
    int run(Patch patch, Recipe recipe, List<String> arguments, Path folder) throws IOException {
        Claim claim = Claim.of(patch)
                .orElseThrow(() -> new WrongUsageException(
                        "The patch " + file() + " claims nothing: nothing could be measured when it was made."));
        long seed = common.seed() == claim.seed() ? claim.seed() + 1 : common.seed();
        List<String> all = new ArrayList<>(List.of(recipe.command()));
        all.addAll(arguments);
        CommandLine line = Rewrite.commands(console());
        Object command = line.parseArgs(all.toArray(String[]::new))
                .subcommand()
                .commandSpec()
                .userObject();
        if (!(command instanceof RecipeCommand made)) {
            throw new WrongUsageException(
                    "The recipe names the command '" + recipe.command() + "', which makes no" + " patches here.");
        }
        try (Generator generator = common.load()) {
            patch.requireFits(generator.spec());
            console().cancellation().check("loading the generator");
            EditMetrics fresh = made.measured(generator, patch, samples, seed);
            console().cancellation().check("measuring");
            Verification verification = Verification.of(fresh, claim);
            console().say("%s", verification.sentence());
            verification.failures().forEach(failure -> console().say("NOT AS IT SAYS: %s", failure));
            return verification.isTrue() ? 0 : 1;
        }
    }
}
