package io.github.rewrite4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private Console console() {
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        return new Console(stream, stream, new Cancellation());
    }

    @Test
    void aTableKeepsItsLinesAndNothingElseOfControl() {
        console().lines("| a | b |\n|---|---|\n| 1 | \u001b[31m2 |");
        assertThat(said().lines()).containsExactly("| a | b |", "|---|---|", "| 1 | \\u001b[31m2 |");
    }

    @Test
    void aFactIsOneLineHoweverLongItIs() {
        console().say("held: %s", "x\n".repeat(10_000));
        assertThat(said().lines()).singleElement().satisfies(line -> assertThat(line)
                .startsWith("held: x\\u000ax")
                .hasSizeLessThan(8000));
    }
}
