package io.github.rewrite4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Stage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class LogOptionTest {
    @TempDir
    Path folder;

    @Test
    void whatIsWatchedIsLogged() throws Exception {
        Path log = folder.resolve("log");
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Console console = new Console(nowhere, nowhere, new Cancellation());
        console.log().open(log, List.of("edit", "--rank", "3"));
        console.watching(listener -> {
            listener.report(Stage.INSERTING, 1, 30, 0.5);
            return 1;
        });
        console.log().close();
        assertThat(Files.readAllLines(log.resolve("scalars.csv")))
                .hasSize(2)
                .anyMatch(line -> line.endsWith(",inserting-the-rule,1,30,0.5"));
        assertThat(log.resolve("settings.json")).content().contains("edit --rank 3");
    }

    @Test
    void everyCommandTakesIt() {
        Path log = folder.resolve("log");
        Ended ended = Ended.run("layers", "--out", folder.resolve("out"), "--log", log);
        assertThat(ended.code()).isZero();
        assertThat(log.resolve("settings.json")).content().contains("layers --out");
    }

    /** Whatever trains or rewrites does it under {@link Console#watching}, which is what a log hears. */
    @Test
    void allThatLearnIsWatched() throws Exception {
        List<String> unwatched = new ArrayList<>();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        walk(Rewrite.commands(new Console(nowhere, nowhere, new Cancellation())), unwatched);
        // These draw, read or write, and 'rebuild' runs another command.
        assertThat(unwatched)
                .containsExactlyInAnyOrder(
                        "rewrite",
                        "rewrite sample",
                        "rewrite ablation",
                        "rewrite export",
                        "rewrite extract",
                        "rewrite rebuild",
                        "rewrite verify",
                        "rewrite inspect",
                        "rewrite estimate",
                        "rewrite project",
                        "rewrite studio");
    }

    private static void walk(CommandLine command, List<String> unwatched) throws IOException {
        String name = command.getCommandSpec().qualifiedName();
        assertThat(command.getCommandSpec().findOption("--log")).as(name).isNotNull();
        Path source = Path.of(
                "src/main/java/io/github/rewrite4j/examples/cli",
                command.getCommand().getClass().getSimpleName() + ".java");
        if (!Files.readString(source).contains("watching(")) {
            unwatched.add(name);
        }
        for (CommandLine below : new LinkedHashSet<>(command.getSubcommands().values())) {
            walk(below, unwatched);
        }
    }

    @Test
    void aLogThatCannotBeWrittenIsASentence() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        Ended ended = Ended.run("sample", "--count", "1", "--out", folder.resolve("out"), "--log", file);
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).startsWith("rewrite: ").contains("file").doesNotContain("Exception");
    }
}
