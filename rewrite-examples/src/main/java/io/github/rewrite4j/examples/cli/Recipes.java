package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.io.internal.JsonText;
import io.github.rewrite4j.recipe.Ingredient;
import io.github.rewrite4j.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.nd4j.shade.jackson.databind.JsonNode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Turns the arguments of a command into a recipe: whatever names a file becomes an ingredient. */
final class Recipes {
    /** Options that say where and how fast, not what; and the generator, which the fingerprint names. */
    private static final Set<String> NOT_KEPT = Set.of("--out", "--threads", "--generator", "--embed", "--stacktrace");

    private static final Pattern MASK = Pattern.compile("png(?:Alpha)?\\(\\s*(?:\"([^\"]*)\"|([^()\"]*?))\\s*\\)");

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
        String name = group + "/" + file.getFileName();
        ingredients.add(Ingredient.of(name, file, embed));
        if (file.toString().endsWith(".json")) {
            Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
            for (String other : named(JsonText.read(file), folder)) {
                ingredients.add(Ingredient.of(group + "/" + other, folder.resolve(other), embed));
            }
        }
        return name;
    }

    /** Files beside an edit that its texts name: masks of regions, pictures and tensors of inputs. */
    private static Set<String> named(JsonNode json, Path folder) {
        Set<String> names = new TreeSet<>();
        List<JsonNode> open = new ArrayList<>(List.of(json));
        while (!open.isEmpty()) {
            JsonNode node = open.remove(open.size() - 1);
            node.forEach(open::add);
            if (node.isTextual()) {
                addIfFile(names, folder, node.asText());
                Matcher mask = MASK.matcher(node.asText());
                while (mask.find()) {
                    addIfFile(names, folder, mask.group(1) != null ? mask.group(1) : mask.group(2));
                }
            }
        }
        return names;
    }

    private static void addIfFile(Set<String> names, Path folder, String name) {
        try {
            Path file = folder.resolve(name).normalize();
            if (!name.isBlank() && file.startsWith(folder.normalize()) && Files.isRegularFile(file)) {
                names.add(folder.normalize().relativize(file).toString().replace('\\', '/'));
            }
        } catch (InvalidPathException text) {
            // A text that cannot be the name of a file names none.
            names.remove(name);
        }
    }
}
