package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Patch;
import io.github.rewrite4j.io.PrintableText;
import io.github.rewrite4j.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command about a patch that carries its recipe. */
abstract class PatchFileCommand implements Callable<Integer> {
    private static final Set<String> COMMANDS = Set.of("edit", "paste");
    private static final int MOST_SHOWN = 40;

    @Parameters(paramLabel = "PATCH", description = "A patch that 'rewrite edit' or 'rewrite paste' made.")
    private Path file = Path.of("");

    @Option(
            names = "--files",
            paramLabel = "DIR",
            description =
                    "Where the files lie that the patch was made from, under any name, unless they are embedded in"
                            + " it (default: the folder of the patch).")
    private @Nullable Path files;

    private final Console console;

    PatchFileCommand(Console console) {
        this.console = console;
    }

    final Console console() {
        return console;
    }

    final Path file() {
        return file;
    }

    /** Does the work with the recipe's arguments, whose files lie in a folder that is removed afterwards. */
    abstract int run(Patch patch, Recipe recipe, List<String> arguments, Path folder) throws IOException;

    @Override
    public final Integer call() throws IOException {
        Patch patch = Patch.load(file);
        Recipe recipe = Recipe.of(patch)
                .orElseThrow(() -> new WrongUsageException("The patch " + file
                        + " carries no recipe: it was made by an earlier version or by a program of its own."));
        if (!COMMANDS.contains(recipe.command())) {
            throw new WrongUsageException("The patch " + file + " was made by the program '"
                    + PrintableText.name(recipe.command()) + "' (" + PrintableText.message(recipe.library())
                    + "), not by a command: run that program to make it again." + told(recipe));
        }
        Path folder = Files.createTempDirectory("rewrite4j-recipe");
        try {
            Path from = files != null
                    ? files
                    : Objects.requireNonNull(file.toAbsolutePath().getParent());
            return run(patch, recipe, recipe.gather(from, folder), folder);
        } finally {
            remove(folder);
        }
    }

    /** What a program says that it called, and the files that the edit lies in. */
    private static String told(Recipe recipe) {
        List<String> told = new ArrayList<>(recipe.arguments());
        recipe.ingredients().forEach(file -> told.add(file.name() + ", SHA-256 " + file.sha256()));
        return told.isEmpty()
                ? ""
                : " It was told: "
                        + told.stream()
                                .limit(MOST_SHOWN)
                                .map(PrintableText::message)
                                .collect(Collectors.joining("; "))
                        + (told.size() > MOST_SHOWN ? "; ..." : ".");
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
