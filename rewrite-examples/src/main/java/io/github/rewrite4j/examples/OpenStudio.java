package io.github.rewrite4j.examples;

import io.github.rewrite4j.examples.cli.Rewrite;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Opens the studio on the bundled generator; arguments are those of {@code rewrite studio}. */
public final class OpenStudio {
    private OpenStudio() {}

    /** Runs until it is interrupted. */
    public static void main(String[] args) {
        List<String> command = new ArrayList<>(List.of("studio"));
        command.addAll(Arrays.asList(args));
        Rewrite.main(command.toArray(String[]::new));
    }
}
