package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.MemorySpec;
import io.github.rewrite4j.edit.Plan;
import io.github.rewrite4j.recipe.Ingredient;
import io.github.rewrite4j.recipe.Recipe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The recipe of a patch that a program made by calling a strategy. Where a plan says the same as the strategy's settings, it is
 * that plan's, and {@code rewrite rebuild} makes the patch again. Otherwise it names the call and its settings, with the edit as
 * far as a file can say it, and the patches that were in force.
 *
 * @param complete whether the plan says all that the strategy was told
 * @param call the strategy's own name
 * @param settings all of them, as {@code name=value}
 * @param freshSeed of the samples that the report is measured on
 */
record StrategyRecipe(boolean complete, String call, List<String> settings, long freshSeed) {
    StrategyRecipe {
        settings = List.copyOf(settings);
    }

    /**
     * These notes, and the recipe.
     *
     * @param plan the edit at its layer, where there is one
     * @param memory that was rewritten
     */
    Map<String, String> among(Map<String, String> notes, Optional<? extends Plan> plan, MemorySpec memory) {
        Map<String, String> all = new TreeMap<>(notes);
        all.put(Recipe.NOTE, recipe(plan, memory).note());
        return all;
    }

    private Recipe recipe(Optional<? extends Plan> plan, MemorySpec memory) {
        List<Ingredient> ingredients = List.of();
        if (plan.isPresent()) {
            try {
                Recipe planned = PlanRecipe.of(plan.get(), freshSeed, Optional.empty());
                if (complete && memory.patches().isEmpty()) {
                    return planned;
                }
                ingredients = planned.ingredients();
            } catch (IOException | IllegalArgumentException unwritten) {
                // A region that was made of an array, or a mask file: the settings are said, the edit is the program's.
                ingredients = List.of();
            }
        }
        List<String> arguments = new ArrayList<>(settings);
        arguments.add("layer=" + memory.name());
        for (AppliedPatch patch : memory.patches()) {
            arguments.add("on=" + patch.patch().id() + " with strength " + patch.strength());
        }
        return new Recipe(Recipe.LIBRARY, call, arguments, ingredients);
    }
}
