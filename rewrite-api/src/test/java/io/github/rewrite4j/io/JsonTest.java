package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.JsonNode;

class JsonTest {
    private record Point(int x, double y) {}

    private static Map<String, Object> report() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("name", "größe");
        report.put("loss", 0.1);
        report.put("steps", 3);
        report.put("points", List.of(new Point(1, 2.5)));
        report.put("none", List.of());
        report.put("bad", Double.NaN);
        report.put("huge", Float.NEGATIVE_INFINITY);
        return report;
    }

    @Test
    void isIndentedInTheOrderOfTheMap() {
        assertThat(Json.pretty(report())).isEqualTo("""
                {
                  "name" : "größe",
                  "loss" : 0.1,
                  "steps" : 3,
                  "points" : [ {
                    "x" : 1,
                    "y" : 2.5
                  } ],
                  "none" : [ ],
                  "bad" : "NaN",
                  "huge" : "-Infinity"
                }
                """);
    }

    @Test
    void filesRoundTrip(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("new/report.json");
        Json.write(file, report());
        JsonNode read = Json.read(file);
        assertThat(read.get("name").textValue()).isEqualTo("größe");
        assertThat(read.get("loss").doubleValue()).isEqualTo(0.1);
        assertThat(read.get("bad").isNumber()).isFalse();
    }

    @Test
    void whatHasNoJsonFormIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.pretty(Map.of("thread", new Object())))
                .withMessageContaining("This value has no JSON form");
    }

    @Test
    void carelessTextIsRefusedWithItsPlace() {
        assertRefused("{\"a\": 1,\n \"a\": 2}", "'edit', line 2, column", "Duplicate field 'a'");
        assertRefused("{} {}", "'edit', line 1, column", "Trailing token");
        assertRefused("{\"a\": NaN}", "line 1", "NaN");
        assertRefused("{\"a\": ", "line 1", "Unexpected end-of-input");
        assertRefused("", "line 1", "it is empty");
        assertRefused("[".repeat(100_000), "line 1", "Unexpected end-of-input");
    }

    private static void assertRefused(String text, String where, String problem) {
        assertThatExceptionOfType(FileFormatException.class)
                .isThrownBy(() -> Json.parse(text, "edit"))
                .withMessageContaining(where)
                .withMessageContaining(problem);
    }

    @Test
    void otherEncodingsAreRefused(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("latin.json"), new byte[] {'"', (byte) 0xe4, '"'});
        assertThatExceptionOfType(FileFormatException.class)
                .isThrownBy(() -> Json.read(file))
                .withMessageContaining("the text is not UTF-8");
    }
}
