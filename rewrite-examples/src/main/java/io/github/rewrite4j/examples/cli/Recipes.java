package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.recipe.EditIngredients;
import io.github.rewrite4j.recipe.Ingredient;
import io.github.rewrite4j.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Turns the arguments of a command into a recipe: whatever names a file becomes an ingredient. */
final class Recipes {
    /** Options that say where and how fast, not what; and the generator, which the fingerprint names. */
    private static final Set<String> NOT_KEPT = Set.of("--out", "--threads", "--generator", "--embed", "--stacktrace");

    private Recipes() {}

    static Recipe of(CommandSpec command, boolean embed) throws IOException {
        List<String> arguments = new ArrayList<>();
        List<Ingredient> ingredients = new ArrayList<>();
        List<String> given = command.commandLine().getParseResult().originalArgs();
        int group = 0;
        for (int i = given.indexOf(command.name()) + 1; i < given.size(); i++) {
            String argument = given.get(i);
            int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
            String name = equals < 0 ? argument : argument.substring(0, equals);
            OptionSpec option = command.findOption(name);
            boolean takesValue = option != null && option.arity().max() > 0;
            boolean apart = takesValue && equals < 0 && i + 1 < given.size();
            String value = equals >= 0 ? argument.substring(equals + 1) : apart ? given.get(i + 1) : "";
            i += apart ? 1 : 0;
            if (NOT_KEPT.contains(name)) {
                continue;
            }
            arguments.add(name);
            if (takesValue) {
                boolean file = isFile(Objects.requireNonNull(option), value);
                arguments.add(file ? Recipe.FILE + add(ingredients, group++, Path.of(value), embed) : value);
            }
        }
        return new Recipe(Rewrite.VERSION, command.name(), arguments, ingredients);
    }

    private static boolean isFile(OptionSpec option, String value) {
        boolean path =
                option.type() == Path.class || List.of(option.auxiliaryTypes()).contains(Path.class);
        return path && Files.isRegularFile(Path.of(value));
    }

    /** The file, and what it names itself if it is an edit. */
    private static String add(List<Ingredient> ingredients, int group, Path file, boolean embed) throws IOException {
        if (file.toString().endsWith(".json")) {
            ingredients.addAll(EditIngredients.of(group, file, embed));
        } else {
            ingredients.add(Ingredient.of(group + "/" + file.getFileName(), file, embed));
        }
        return group + "/" + file.getFileName();
    }
}
