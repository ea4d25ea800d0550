package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegionParseTest {
    private static final Path HERE = Path.of("nowhere");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ellipse(32, 10, 11, 9)",
                "rectangle(0.5, -3, 1.0E-7, 8)",
                "polygon(0, 0, 10, 0, 5, 8.25)",
                "full()",
                "full().minus(ellipse(1, 2, 3, 4).grown(2)).inverted().moved(-3, 4)",
                "ellipse(1, 2, 3, 4).union(rectangle(1, 2, 3, 4).intersect(full())).grown(1)",
            })
    void textIsReadAsItIsWritten(String text) throws IOException {
        assertThat(Region.parse(text, HERE)).hasToString(text);
    }

    @Test
    void blanksDoNotMatter() throws IOException {
        assertThat(Region.parse("  ellipse( 32,10 ,11,  9 ) . grown( 2 ) ", HERE))
                .isEqualTo(Region.ellipse(32, 10, 11, 9).grown(2));
        assertThat(Region.parse("full", HERE)).isEqualTo(Region.full());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "elipse(1, 2, 3, 4)      | character 1  | Nearest names: 'ellipse'",
                "ellipse(1, 2, 3)        | character 17 | ellipse takes x, y, half width, half height, found 3 numbers",
                "ellipse(1, 2, 3, 4      | character 19 | expected ')'",
                "ellipse(1, two, 3, 4)   | character 12 | expected a number",
                "full().grown(1.5)       | whole pixels | expected whole pixels",
                "full() and more         | character 8  | expected the end",
                "full().shrunk(2)        | character 8  | expected one of [union, minus",
            })
    void mistakesAreLocated(String text, String where, String what) {
        assertThatThrownBy(() -> Region.parse(text, HERE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(where, what, "ellipse(32, 10, 11, 9)");
    }

    @Test
    void masksAreLookedForInTheFolder() {
        assertThatThrownBy(() -> Region.parse("png(mask.png)", HERE))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(HERE.resolve("mask.png").toString());
    }

    @Test
    void endlessNestingIsRefused() {
        assertThatThrownBy(() -> Region.parse("full().union(".repeat(100_000), HERE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nest at most");
    }
}
