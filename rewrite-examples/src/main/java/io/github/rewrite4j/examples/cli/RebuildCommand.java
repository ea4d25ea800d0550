package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Patch;
import io.github.rewrite4j.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "rebuild",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Makes a patch again from its recipe and compares: tensors are equal to the byte on the same backend"
                        + " and number of threads. Files that it was made from are asked for by name and hash.",
        footer = {
            "",
            "Example:",
            "  rewrite rebuild bun/patch.safetensors --files rewrite-examples/edits --out again",
            "",
            "Exit codes: 0 the same, 1 another patch or failed, 2 wrong usage, 130 cancelled."
        })
final class RebuildCommand extends PatchFileCommand {
    @Option(
            names = "--generator",
            paramLabel = "FILE|bundled|expanded",
            defaultValue = "bundled",
            description = "What the patch was made for (default: ${DEFAULT-VALUE}).")
    private String generator = "bundled";

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "rewrite-out",
            description = "Directory for the new patch and its pictures (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("rewrite-out");

    RebuildCommand(Console console) {
        super(console);
    }

    @Override
    int run(Patch patch, Recipe recipe, List<String> arguments, Path folder) throws IOException {
        List<String> all = new ArrayList<>(List.of(recipe.command()));
        all.addAll(arguments);
        all.addAll(List.of("--generator", generator, "--out", out.toString()));
        if (recipe.ingredients().stream().anyMatch(file -> file.content().isPresent())) {
            all.add("--embed");
        }
        int code = Rewrite.execute(console(), all.toArray(String[]::new));
        if (code != 0) {
            return code;
        }
        Patch again = Patch.load(out.resolve("patch.safetensors"));
        if (again.equals(patch)) {
            console().say("the same patch, number by number: %s", again.id());
            return 0;
        }
        console()
                .say(
                        "another patch: %s instead of %s. Its recipe is of %s; another backend, processor or number of"
                                + " threads rounds in another order.",
                        again.id(), patch.id(), recipe.library());
        return 1;
    }
}
