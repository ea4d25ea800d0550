package io.github.rewrite4j.recipe;

import io.github.rewrite4j.Patch;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * How a patch was made: a command with its arguments, and the files that it read, by hash. Made again on the same backend
 * from the same files, its tensors are the same to the byte.
 *
 * @param library version that made it
 * @param command for instance {@code edit} or {@code paste}
 * @param arguments as they were given; a file is {@value #FILE} and the name of an ingredient
 * @param ingredients the files
 */
public record Recipe(String library, String command, List<String> arguments, List<Ingredient> ingredients) {
    /** The library and its version, as recipes name it. */
    public static final String LIBRARY = "Rewrite4J 0.1.0-SNAPSHOT";

    /** Note of a patch that holds its recipe. */
    public static final String NOTE = "recipe";

    /** What an argument begins with that stands for an ingredient. */
    public static final String FILE = "file:";

    private static final int MOST_FILES = 1000;

    public Recipe {
        Objects.requireNonNull(library, "library");
        Objects.requireNonNull(command, "command");
        Objects.requireNonNull(arguments, "arguments");
        Objects.requireNonNull(ingredients, "ingredients");
        arguments = List.copyOf(arguments);
        ingredients = List.copyOf(ingredients);
    }

    /** The recipe that a patch carries, if it has one. */
    public static Optional<Recipe> of(Patch patch) throws FileFormatException {
        String note = patch.notes().get(NOTE);
        return note == null ? Optional.empty() : Optional.of(read(note));
    }

    private static Recipe read(String note) throws FileFormatException {
        JsonNode json = JsonText.parse(note, "the recipe of the patch");
        try {
            List<String> arguments = new ArrayList<>();
            json.path("arguments").forEach(argument -> arguments.add(argument.asText()));
            List<Ingredient> ingredients = new ArrayList<>();
            for (JsonNode file : json.path("files")) {
                if (ingredients.size() == MOST_FILES) {
                    throw new IllegalArgumentException("it names more than " + MOST_FILES + " files");
                }
                ingredients.add(new Ingredient(
                        file.path("name").asText(),
                        file.path("sha256").asText(),
                        file.path("bytes").asLong(-1),
                        file.has("content") ? Optional.of(file.path("content").asText()) : Optional.empty()));
            }
            return new Recipe(
                    json.path("library").asText(), json.path("command").asText(), arguments, ingredients);
        } catch (IllegalArgumentException wrong) {
            throw FileFormatException.atKey("the recipe of the patch", "files", String.valueOf(wrong.getMessage()));
        }
    }

    /** The text of the note. */
    public String note() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("library", library);
        map.put("command", command);
        map.put("arguments", arguments);
        List<Map<String, Object>> files = new ArrayList<>();
        for (Ingredient ingredient : ingredients) {
            Map<String, Object> file = new LinkedHashMap<>();
            file.put("name", ingredient.name());
            file.put("sha256", ingredient.sha256());
            file.put("bytes", ingredient.bytes());
            ingredient.content().ifPresent(content -> file.put("content", content));
            files.add(file);
        }
        map.put("files", files);
        return Json.pretty(map);
    }

    /**
     * Puts all ingredients into a folder, embedded ones from the patch, others from a folder where they are looked for by
     * name and by content.
     *
     * @param from where files may lie
     * @param into an empty folder
     * @return the arguments with the names of the files there
     * @throws IOException naming each file that is missing, with its hash
     */
    public List<String> gather(Path from, Path into) throws IOException {
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(into, "into");
        List<String> missing = new ArrayList<>();
        for (Ingredient ingredient : ingredients) {
            Path target = into.resolve(ingredient.name());
            Optional<byte[]> embedded = ingredient.embedded();
            Optional<Path> found = embedded.isPresent() ? Optional.empty() : find(ingredient, from);
            if (embedded.isEmpty() && found.isEmpty()) {
                missing.add("'" + Path.of(ingredient.name()).getFileName() + "' (" + ingredient.bytes()
                        + " bytes, SHA-256 " + ingredient.sha256() + ")");
                continue;
            }
            byte[] content = embedded.isPresent() ? embedded.get() : Files.readAllBytes(found.orElseThrow());
            AtomicFile.write(target, out -> out.write(content));
        }
        if (!missing.isEmpty()) {
            throw new IOException("The patch was made from files that are not in " + from + ": "
                    + String.join(", ", missing) + ". Put them there, under any name, or name the folder where they"
                    + " are.");
        }
        return arguments.stream()
                .map(argument -> argument.startsWith(FILE)
                        ? into.resolve(argument.substring(FILE.length())).toString()
                        : argument)
                .toList();
    }

    private static Optional<Path> find(Ingredient ingredient, Path from) throws IOException {
        String name = ingredient.name().substring(ingredient.name().indexOf('/') + 1);
        Path named = from.resolve(name).normalize();
        if (named.startsWith(from.normalize()) && ingredient.isIn(named)) {
            return Optional.of(named);
        }
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.sorted().toList()) {
                if (ingredient.isIn(file)) {
                    return Optional.of(file);
                }
            }
        }
        return Optional.empty();
    }
}
