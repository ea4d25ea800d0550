package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.RewriteException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTextTest {
    @ParameterizedTest
    @CsvSource({
        "'a\u001b[31mb', 'a\\u001b[31mb'",
        "'one\r\ntwo', 'one\\u000d\\u000atwo'",
        "'left\u202eright', 'left\\u202eright'",
        "'\u009b31m\u007f', '\\u009b31m\\u007f'",
        "'\u2028\ufeff\u200f', '\\u2028\\ufeff\\u200f'",
        "'Größe 猫 \uD83D\uDE00', 'Größe 猫 \uD83D\uDE00'",
    })
    void whatCommandsATerminalIsShown(String text, String shown) {
        assertThat(PrintableText.of(text)).isEqualTo(shown);
    }

    @Test
    void halvesOfPairsAndInvisibleMarksBeyondTheFirstPlaneAreShown() {
        assertThat(PrintableText.of("a\uD83Db")).isEqualTo("a\\ud83db");
        assertThat(PrintableText.of("a\uDB40\uDC41")).isEqualTo("a\\udb40\\udc41");
    }

    @Test
    void namesAndMessagesAreShortHoweverLongTheTextIs() {
        String long1 = "x".repeat(1_000_000);
        assertThat(PrintableText.name(long1)).hasSize(83).endsWith("...");
        assertThat(PrintableText.name("\u0000".repeat(100))).hasSize(83).startsWith("\\u0000");
        assertThat(PrintableText.message("begin " + long1 + " end"))
                .startsWith("begin x")
                .endsWith("x end")
                .contains("[...]")
                .hasSizeLessThanOrEqualTo(1500);
        assertThat(PrintableText.message("\u001b".repeat(1_000_000))).hasSizeLessThanOrEqualTo(1500);
    }

    @Test
    void failuresAreFitForATerminal() {
        assertThat(new RewriteException("bad \u001b[31m name")).hasMessage("bad \\u001b[31m name");
        assertThat(new FileFormatException("a\u0007.json", "key\n", "y".repeat(100_000)).getMessage())
                .startsWith("'a\\u0007.json', key\\u000a: yyy")
                .hasSizeLessThanOrEqualTo(1500);
    }
}
