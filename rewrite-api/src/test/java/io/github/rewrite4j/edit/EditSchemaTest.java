package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Sample;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** The keys and choices that editors are told of are those that {@link EditFile} reads. */
class EditSchemaTest {
    private static final JsonNode SCHEMA = schema();
    private static final String PLACES = "\"layer\": \"a\", \"object\": {\"sample\": 1, \"region\": \"full()\"},"
            + " \"paste\": [{\"samples\": \"2-4\", \"region\": \"full()\"}]";

    @TempDir
    private Path folder;

    private static JsonNode schema() {
        try (InputStream in = EditFile.schema()) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<String> keys(JsonNode properties) {
        Set<String> keys = new TreeSet<>();
        properties.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    /** The part for a strategy: low-rank, closed-form, unit-ablation. */
    private static JsonNode method(int number) {
        return SCHEMA.at("/oneOf/" + number + "/properties");
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static List<String> names(Object... constants) {
        return Arrays.stream(constants).map(Object::toString).toList();
    }

    private void read(String more) throws IOException {
        EditFile.read(Files.writeString(folder.resolve("edit.json"), "{" + PLACES + more + "}"));
    }

    static List<Path> ours() throws IOException {
        Path here = Path.of("").toAbsolutePath();
        Path root = Files.isDirectory(here.resolve("rewrite-examples")) ? here : here.resolve("..");
        try (Stream<Path> files = Files.list(root.resolve("rewrite-examples/edits"))) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    private static void assertKnown(JsonNode plan) {
        String strategy = plan.path("strategy").asText("low-rank");
        int number = List.of("low-rank", "closed-form", "unit-ablation").indexOf(strategy);
        Set<String> known = keys(SCHEMA.path("properties"));
        known.addAll(keys(method(Math.max(0, number))));
        assertThat(known).containsAll(keys(plan)).containsAll(texts(SCHEMA.path("required")));
        List<JsonNode> selections = new ArrayList<>(List.of(plan.path("object")));
        plan.path("paste").forEach(selections::add);
        plan.path("context").forEach(selections::add);
        for (JsonNode selection : selections) {
            assertThat(keys(SCHEMA.at("/$defs/selection/properties"))).containsAll(keys(selection));
        }
    }

    @ParameterizedTest
    @MethodSource("ours")
    void everyEditFileOfOursHasKeysOfTheSchema(Path file) throws IOException {
        assertThat(EditFile.read(file).layer()).isNotEmpty();
        assertKnown(new ObjectMapper().readTree(file.toFile()));
    }

    @Test
    void whatIsWrittenHasKeysOfTheSchema() throws IOException {
        Region full = Region.full();
        Edit edit = Edit.copy(Sample.of(7), full)
                .pasteInto(Sample.range(3, 0, 40), full)
                .inContextOf(Sample.of(1, 5), full);
        List<Method> methods = List.of(
                new Method.LowRank(3, Method.Solver.ADAM, Method.Directions.SVD, 0),
                new Method.ClosedForm(Method.Form.MEMIT, Method.KeyKind.PATCHES, 2),
                new Method.UnitAblation(0.25));
        for (Method method : methods) {
            Path file = folder.resolve("written.json");
            EditFile.write(file, new EditPlan(edit, "layer5", method, 10));
            assertKnown(new ObjectMapper().readTree(file.toFile()));
        }
    }

    @Test
    void choicesAreThoseOfTheReader() {
        assertThat(texts(SCHEMA.at("/$defs/solver/enum"))).isEqualTo(names((Object[]) Method.Solver.values()));
        assertThat(texts(method(0).at("/directions/enum"))).isEqualTo(names((Object[]) Method.Directions.values()));
        assertThat(texts(method(1).at("/form/enum"))).isEqualTo(names((Object[]) Method.Form.values()));
        assertThat(texts(method(1).at("/keys/enum"))).isEqualTo(names((Object[]) Method.KeyKind.values()));
        assertThat(texts(method(0).at("/strategy/enum")))
                .startsWith(Method.LowRank.NAME)
                .containsAll(names((Object[]) Method.Solver.values()));
        assertThat(method(1).at("/strategy/const").asText()).isEqualTo(Method.ClosedForm.NAME);
        assertThat(method(2).at("/strategy/const").asText()).isEqualTo(Method.UnitAblation.NAME);
    }

    @Test
    void everyKeyOfTheSchemaIsReadAndNoOther() throws IOException {
        String rank = ", \"rank\": 2";
        read(rank + ", \"strategy\": \"low-rank\", \"solver\": \"adam\", \"directions\": \"mean\", \"gamma\": 0,"
                + " \"fresh\": 0, \"context\": []");
        read(", \"strategy\": \"closed-form\", \"form\": \"rome\", \"keys\": \"patches\", \"weight\": 1");
        read(", \"strategy\": \"unit-ablation\", \"share\": 1");
        assertThat(keys(SCHEMA.path("properties")))
                .containsExactly("context", "fresh", "layer", "object", "paste", "strategy");
        assertThat(keys(method(0))).containsExactly("directions", "gamma", "rank", "solver", "strategy");
        assertThat(keys(method(1))).containsExactly("form", "keys", "strategy", "weight");
        assertThat(keys(method(2))).containsExactly("share", "strategy");
        assertThatThrownBy(() -> read(rank + ", \"share\": 1")).hasMessageContaining("not known");
        assertThatThrownBy(() -> read(rank + ", \"colour\": 1")).hasMessageContaining("not known");
        assertThat(SCHEMA.path("unevaluatedProperties").asBoolean(true)).isFalse();
    }
}
