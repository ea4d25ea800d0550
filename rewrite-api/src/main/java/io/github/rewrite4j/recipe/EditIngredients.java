package io.github.rewrite4j.recipe;

import io.github.rewrite4j.io.internal.JsonText;
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

/** The files that an edit consists of: itself, and masks of regions, pictures and tensors of inputs that it names. */
public final class EditIngredients {
    private static final Pattern MASK = Pattern.compile("png(?:Alpha)?\\(\\s*(?:\"([^\"]*)\"|([^()\"]*?))\\s*\\)");

    private EditIngredients() {}

    /**
     * Of the file of an edit; what it names lies in its folder.
     *
     * @param group number of the group of names
     * @param edit a file of {@link io.github.rewrite4j.edit.EditFile}
     * @param embed whether contents go into the patch
     */
    public static List<Ingredient> of(int group, Path edit, boolean embed) throws IOException {
        Objects.requireNonNull(edit, "edit");
        return of(group, edit, Objects.requireNonNull(edit.toAbsolutePath().getParent()), embed);
    }

    /**
     * The same where what the edit names lies in another folder.
     *
     * @param folder of the files that it names
     */
    public static List<Ingredient> of(int group, Path edit, Path folder, boolean embed) throws IOException {
        Objects.requireNonNull(edit, "edit");
        Objects.requireNonNull(folder, "folder");
        List<Ingredient> ingredients = new ArrayList<>();
        ingredients.add(Ingredient.of(group + "/" + edit.getFileName(), edit, embed));
        for (String other : named(JsonText.read(edit), folder)) {
            ingredients.add(Ingredient.of(group + "/" + other, folder.resolve(other), embed));
        }
        return ingredients;
    }

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
