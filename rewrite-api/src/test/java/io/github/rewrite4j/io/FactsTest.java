package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FactsTest {
    private record Point(double x, OptionalDouble y, List<String> names) {}

    private static Facts facts() {
        return Facts.builder()
                .put("name", "moustache")
                .put("samples", 64)
                .put("seed", OptionalLong.of(9))
                .put("rank", OptionalInt.empty())
                .put("psnr", Double.POSITIVE_INFINITY)
                .put("learnt", true)
                .put("point", new Point(0.5, OptionalDouble.empty(), List.of("a", "b")))
                .put("rows", List.of(Facts.builder().put("l1", 0.25).build(), List.of(1, 2)))
                .build();
    }

    @Test
    void one_writer_turns_them_into_json_in_their_order(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("facts.json");
        facts().write(file);
        assertThat(Files.readString(file)).isEqualTo(facts().toJson()).isEqualTo("""
                {
                  "name" : "moustache",
                  "samples" : 64,
                  "seed" : 9,
                  "psnr" : "Infinity",
                  "learnt" : true,
                  "point" : {
                    "x" : 0.5,
                    "names" : [ "a", "b" ]
                  },
                  "rows" : [ {
                    "l1" : 0.25
                  }, [ 1, 2 ] ]
                }
                """);
        assertThat(Json.pretty(Map.of("all", facts()))).contains("\"all\" : {\n    \"name\" : \"moustache\"");
    }

    @Test
    void people_read_a_line_for_each() {
        assertThat(facts().without("rows").toString()).isEqualTo("""
                name: moustache
                samples: 64
                seed: 9
                psnr: Infinity
                learnt: true
                point:
                  x: 0.5
                  names: [a, b]""");
    }

    @Test
    void what_is_said_later_counts_at_the_place_of_the_first() {
        Facts more =
                facts().with(Facts.builder().put("name", "bun").put("new", 1).build());
        assertThat(more.names()).startsWith("name", "samples").endsWith("new");
        assertThat(more.asMap()).containsEntry("name", "bun");
        assertThat(Facts.builder().put("a", "x").putIfAbsent("a", "y").build().asMap())
                .containsExactly(Map.entry("a", "x"));
    }

    @Test
    void what_is_no_fact_is_refused_by_name() {
        assertThatThrownBy(() -> Facts.builder().put("thing", List.of(new Object())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'thing' holds a Object");
    }

    @Test
    void facts_cannot_be_changed() {
        assertThatThrownBy(() -> facts().asMap().put("a", "b")).isInstanceOf(UnsupportedOperationException.class);
        assertThat(facts()).isEqualTo(facts()).hasSameHashCodeAs(facts()).isNotEqualTo(Facts.NONE);
    }
}
