package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Method;
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
 * far as a file can say it.
 *
 * @param method what a plan would say in place of the strategy, where one can
 * @param call the strategy's own method
 * @param settings all of them, as {@code name=value}
 * @param freshSamples that the report is measured on
 * @param freshSeed of these
 */
record StrategyRecipe(
        Optional<Method> method, String call, List<String> settings, int freshSamples, long freshSeed) {
    StrategyRecipe {
        settings = List.copyOf(settings);
    }

    /** These notes, and the recipe. */
    Map<String, String> among(Map<String, String> notes, Edit edit, String layer) {
        Map<String, String> all = new TreeMap<>(notes);
        all.put(Recipe.NOTE, recipe(edit, layer).note());
        return all;
    }

    private Recipe recipe(Edit edit, String layer) {
        List<Ingredient> ingredients = List.of();
        try {
            EditPlan written = EditPlan.of(edit, layer, 1).evaluatedOn(freshSamples);
            Recipe planned = RecordedEdit.of(method.map(written::by).orElse(written))
                    .evaluatedOn(freshSeed)
                    .recipe();
            if (method.isPresent()) {
                return planned;
            }
            ingredients = planned.ingredients();
        } catch (IOException | IllegalArgumentException unwritten) {
            // A region that was made of an array, or a mask file: the settings are said, the edit is the program's.
            ingredients = List.of();
        }
        List<String> arguments = new ArrayList<>(settings);
        arguments.add("layer=" + layer);
        return new Recipe(Recipe.LIBRARY, call, arguments, ingredients);
    }
}
