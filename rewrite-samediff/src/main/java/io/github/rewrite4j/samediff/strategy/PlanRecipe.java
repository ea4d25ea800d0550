package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.edit.EditFile;
import io.github.rewrite4j.edit.Plan;
import io.github.rewrite4j.recipe.EditIngredients;
import io.github.rewrite4j.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The recipe of a plan: the plan itself is part of it, and {@code rewrite rebuild} carries it out again. */
final class PlanRecipe {
    private static final String FILE = "edit.json";

    private PlanRecipe() {}

    /**
     * The recipe.
     *
     * @param seed of the fresh samples to measure on
     * @param files folder of what the plan names
     * @throws IOException if the plan cannot be written, or a file that it names is gone
     */
    static Recipe of(Plan plan, long seed, Optional<Path> files) throws IOException {
        Path folder = Files.createTempDirectory("rewrite4j-recipe");
        Path file = folder.resolve(FILE);
        try {
            EditFile.write(file, plan);
            return new Recipe(
                    Recipe.LIBRARY,
                    "edit",
                    List.of("--edit", Recipe.FILE + "0/" + FILE, "--seed", Long.toString(seed)),
                    EditIngredients.of(0, file, files.orElse(folder), true));
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        }
    }
}
