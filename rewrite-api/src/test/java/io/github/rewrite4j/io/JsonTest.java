package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
        JsonNode read = JsonText.read(file);
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
        assertRefused("[".repeat(100), "line 1", "Unexpected end-of-input");
    }

    @Test
    void whatNobodyWritesIsRefusedBeforeItIsParsed() {
        assertRefused("[".repeat(1_000_000), "character 101", "nest at most 100 deep");
        assertRefused("{\"a\": -" + "9".repeat(1_000_000) + "}", "character 7", "a number has at most 100 characters");
        assertRefused("[1" + ",0".repeat(2_000_000) + "]", "character", "more than 2000000 values");
    }

    @Test
    void bracketsAndDigitsInTextDoNotCount() throws FileFormatException {
        String text = "[[[\\\"".repeat(1000) + "9".repeat(1000);
        assertThat(JsonText.parse("{\"a\": \"" + text + "\", \"b\": 1}", "edit")
                        .get("b")
                        .intValue())
                .isOne();
    }

    @Test
    void namesThatCollideOnPurposeAreJustNames() throws FileFormatException {
        List<String> names = List.of("");
        for (int i = 0; i < 12; i++) {
            names = names.stream().flatMap(n -> Stream.of(n + "Ab", n + "BA")).toList();
        }
        String text = names.stream().map(n -> "\"" + n + "\":0").collect(Collectors.joining(",", "{", "}"));
        assertThat(JsonText.parse(text, "edit").size()).isEqualTo(4096);
    }

    @Test
    void aByteOrderMarkIsSkipped(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("notepad.json"), "\uFEFF{\"a\": 1}");
        assertThat(JsonText.read(file).get("a").intValue()).isOne();
        assertThat(JsonText.parse("\uFEFF[]", "text").isArray()).isTrue();
        assertRefused("\uFEFF\uFEFF[]", "line 1", "code 65279");
    }

    @Test
    void endlessFilesAreNotReadToTheirEnd() {
        Path zeros = Path.of("/dev/zero");
        assumeThat(zeros).isReadable();
        assertThatExceptionOfType(FileFormatException.class)
                .isThrownBy(() -> JsonText.read(zeros))
                .withMessageContaining("the file goes on");
    }

    private static void assertRefused(String text, String where, String problem) {
        assertThatExceptionOfType(FileFormatException.class)
                .isThrownBy(() -> JsonText.parse(text, "edit"))
                .withMessageContaining(where)
                .withMessageContaining(problem);
    }

    @Test
    void otherEncodingsAreRefused(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("latin.json"), new byte[] {'"', (byte) 0xe4, '"'});
        assertThatExceptionOfType(FileFormatException.class)
                .isThrownBy(() -> JsonText.read(file))
                .withMessageContaining("the text is not UTF-8");
    }
}
