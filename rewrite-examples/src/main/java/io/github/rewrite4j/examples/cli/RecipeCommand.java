package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.recipe.Recipe;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that makes a patch, which carries the recipe to make it again. */
abstract class RecipeCommand extends GeneratorCommand {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--embed",
            description =
                    "Put the files that the patch was made from into it, so that it can be made again from itself.")
    private boolean embed;

    RecipeCommand(Console console) {
        super(console);
    }

    final Recipe recipe() throws IOException {
        return Recipes.of(spec, embed);
    }

    /** A patch that this command made, on samples that it does not use. */
    abstract EditMetrics measured(Generator generator, Patch patch, int samples, long seed) throws IOException;
}
