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

    @Test
    void longChainsAreRefusedAndNeverRecurse() {
        for (String operation : new String[] {".inverted()", ".moved(1, 1)", ".grown(1)", ".union(full)"}) {
            assertThatThrownBy(() -> Region.parse("full" + operation.repeat(100_000), HERE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at most 1000 operations");
        }
        Region chain = Region.full();
        for (int i = 0; i < 1000; i++) {
            chain = i % 2 == 0 ? chain.inverted() : chain.moved(1, 0);
        }
        Region longest = chain;
        assertThatThrownBy(longest::inverted).isInstanceOf(IllegalArgumentException.class);
        assertThat(longest.onImage(64, 64).selectedCells()).isEqualTo(64 * 64);
        assertThat(longest).hasToString(longest.toString()).isEqualTo(longest);
    }

    @Test
    void polygonsHaveABound() {
        String corners = "1,2,".repeat(1_000_000);
        assertThatThrownBy(() -> Region.parse("polygon(" + corners + "3,4)", HERE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 10000 corners")
                .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(500));
        double[] many = new double[2 * 6000];
        Region half = Region.polygon(many);
        assertThatThrownBy(() -> half.union(half)).hasMessageContaining("at most 10000");
    }

    @Test
    void regionsThatTakeTooLongToDrawAreRefusedBeforeTheyAre() {
        Region margin = Region.full().inverted().grown(4096);
        assertThatThrownBy(() -> margin.onImage(64, 64))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("grow by less");
        Region many = Region.full().inverted();
        for (int i = 0; i < 900; i++) {
            many = many.inverted();
        }
        Region slow = many.grown(900);
        assertThatThrownBy(() -> slow.onImage(64, 64))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("passes over the image", "...")
                .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(800));
        Region far = Region.full();
        for (int i = 0; i < 100; i++) {
            far = far.moved(1 << 24, 0);
        }
        Region farthest = far;
        assertThatThrownBy(() -> farthest.onImage(8, 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("moved by more than");
        // What has bounds may grow as far as it likes.
        assertThat(Region.ellipse(-3000, 32, 5, 5).grown(4000).onImage(64, 64).selectedCells())
                .isEqualTo(64 * 64);
    }

    @Test
    void messagesShowTheNeighbourhoodOfAMistakeAndNoControlCharacters() {
        assertThatThrownBy(() -> Region.parse("full\u001b[31m\r\nEVIL", HERE))
                .hasMessageContaining("character 5")
                .hasMessageContaining("full\\u001b[31m\\u000d\\u000aEVIL");
        assertThatThrownBy(() -> Region.parse("full" + ".grown(1)".repeat(500) + "!" + " ".repeat(100_000), HERE))
                .hasMessageContaining("character 4505")
                .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(400));
    }
}
