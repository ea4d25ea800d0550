package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.io.FileFormatException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a validator of JSON schemas says of edit files is what {@link EditFile} says. */
class EditSchemaTest {
    private static final JsonSchema SCHEMA = schema();
    private static final String PLACES =
            "'layer': 'a', 'object': {'sample': 1, 'region': 'full()'}, 'paste': [{'samples': '2-4', 'region': 'full()'}]";

    @TempDir
    private Path folder;

    private static JsonSchema schema() {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(EditFile.schema());
    }

    private static JsonNode tree() {
        try (InputStream in = EditFile.schema()) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Set<ValidationMessage> complaints(String json) {
        return SCHEMA.validate(json, InputFormat.JSON);
    }

    private Path file(String json) throws IOException {
        return Files.writeString(folder.resolve("edit.json"), json);
    }

    @BeforeEach
    void cap() throws IOException {
        BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_INT_ARGB);
        for (int i = 2; i < 6; i++) {
            for (int j = 2; j < 6; j++) {
                picture.setRGB(i, j, 0xFFC02030);
            }
        }
        Files.write(folder.resolve("cap.png"), Pixels.of(picture).toPng());
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

    @ParameterizedTest
    @MethodSource("ours")
    void everyEditFileOfOursIsValid(Path file) throws IOException {
        assertThat(EditFile.plan(file).layer()).isNotEmpty();
        assertThat(complaints(Files.readString(file))).isEmpty();
    }

    @Test
    void whatIsWrittenIsValid() throws IOException {
        Region full = Region.full();
        Edit edit = Edit.copy(Sample.of(7), full)
                .pasteInto(Sample.range(3, 0, 40), full)
                .inContextOf(Sample.list(1, 5), full);
        List<Method> methods = List.of(
                new Method.LowRank(3, Method.Solver.ADAM, Method.Directions.SVD, 0),
                new Method.ClosedForm(Method.Form.MEMIT, Method.KeyKind.PATCHES, 2),
                new Method.UnitAblation(0.25),
                Method.InImages.standard(),
                new Method.InImages(3, 4, OptionalInt.of(5)),
                new Method.Joint(Method.Target.IMAGES, 2, 3));
        for (Method method : methods) {
            Path file = folder.resolve("written.json");
            EditFile.write(file, new EditPlan(edit, "layer5", method, 10));
            assertThat(complaints(Files.readString(file))).isEmpty();
        }
        for (Plan plan : List.of(
                new ErasurePlan(Erasure.of(edit.object()).seenAt(edit.contexts().get(0)), "layer5", 0.3, 4),
                new TransplantPlan(
                        TransplantEdit.of(Sample.of(3), Sample.of(4), full), "layer5", Method.LowRank.of(2)))) {
            Path file = folder.resolve("written.json");
            EditFile.write(file, plan);
            assertThat(complaints(Files.readString(file))).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PLACES, 'rank': 2",
                "PLACES, 'rank': 2, 'strategy': 'low-rank', 'solver': 'adam', 'directions': 'mean', 'gamma': 0, 'fresh': 0,"
                        + " 'context': []",
                "PLACES, 'strategy': 'closed-form', 'form': 'rome', 'keys': 'patches', 'weight': 1",
                "PLACES, 'strategy': 'unit-ablation', 'share': 1",
                "PLACES, 'rank': 2, 'strategy': 'levenberg-marquardt'",
                "PLACES, 'strategy': 'in-images'",
                "PLACES, 'strategy': 'in-images', 'shown': 8, 'steps': 9, 'rank': 4, 'fresh': 3",
                "'strategy': 'out-of-domain', 'layer': 'a..b', 'exemplars': [{'image': 'cap.png'}]",
                "'strategy': 'out-of-domain', 'layer': 'a', 'exemplars': [{'image': 'cap.png', 'mask': 'cap.png'}], 'goals':"
                        + " [{'image': 'cap.png'}], 'width': 4, 'centre': [3, 9], 'steps': 7, 'fresh': 3, 'context':"
                        + " [{'samples': '0-9', 'seed': 4}, {'sample': 3}], 'except': [{'samples': '0-9'}]",
                "'strategy': 'transplant', 'layer': 'a', 'pairs': [{'shown': {'sample': 1}, 'wanted': {'sample': 2, 'seed':"
                        + " 9}, 'region': 'full()'}], 'by': {'rank': 1}",
                "'strategy': 'transplant', 'layer': 'a', 'pairs': [{'shown': {'sample': 1}, 'wanted': {'inputs': {'image':"
                        + " 'cap.png'}}, 'region': 'full()'}], 'by': {'strategy': 'closed-form', 'form': 'ridge'}",
                "'strategy': 'erase', 'layer': 'a', 'example': {'sample': 1, 'region': 'full()'}",
                "'strategy': 'erase', 'layer': 'a', 'example': {'sample': 1, 'region': 'full()'}, 'context': [{'samples': [2,"
                        + " 3], 'region': 'full()'}], 'share': 0.2, 'times': 3",
            })
    void whatIsReadIsValid(String fields) throws IOException {
        String json = "{" + fields.replace("PLACES", PLACES).replace('\'', '"') + "}";
        assertThat(EditFile.plan(file(json)).layer()).startsWith("a");
        assertThat(complaints(json)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PLACES",
                "PLACES, 'rank': 0",
                "PLACES, 'rank': 2, 'share': 1",
                "PLACES, 'rank': 2, 'colour': 1",
                "PLACES, 'rank': 2, 'strategy': 'adam', 'solver': 'adam'",
                "PLACES, 'strategy': 'in-images', 'shown': 0",
                "PLACES, 'rank': 2, 'solver': 'newton'",
                "PLACES, 'strategy': 'closed-form', 'weight': 0",
                "PLACES, 'strategy': 'unheard'",
                "'strategy': 'out-of-domain', 'layer': 'a', 'exemplars': []",
                "'strategy': 'out-of-domain', 'layer': 'a'",
                "'strategy': 'out-of-domain', 'exemplars': [{'image': 'cap.png'}]",
                "'strategy': 'out-of-domain', 'layer': 'a', 'exemplars': [{'mask': 'cap.png'}]",
                "'strategy': 'out-of-domain', 'layer': 'a', 'exemplars': [{'image': 'cap.png'}], 'centre': [1]",
                "'strategy': 'out-of-domain', 'layer': 'a', 'exemplars': [{'image': 'cap.png'}], 'rank': 1",
                "'strategy': 'transplant', 'layer': 'a', 'by': {'rank': 1}",
                "'strategy': 'transplant', 'layer': 'a', 'pairs': [{'shown': {'sample': 1}, 'wanted': {'sample': 2},"
                        + " 'region': 'full()'}]",
                "'strategy': 'transplant', 'layer': 'a', 'pairs': [{'shown': {'sample': 1}, 'wanted': {'sample': 2},"
                        + " 'region': 'full()'}], 'by': {'strategy': 'unit-ablation'}",
                "'strategy': 'erase', 'layer': 'a', 'example': {'sample': 1}",
                "'strategy': 'erase', 'layer': 'a', 'example': {'sample': 1, 'region': 'full()'}, 'times': 17",
            })
    void whatIsRefusedIsNotValid(String fields) throws IOException {
        String json = "{" + fields.replace("PLACES", PLACES).replace('\'', '"') + "}";
        assertThatThrownBy(() -> EditFile.plan(file(json))).isInstanceOf(FileFormatException.class);
        assertThat(complaints(json)).isNotEmpty();
    }

    @Test
    void exceptionsAreReadAndAreNoContexts() throws IOException {
        String plan = "{'strategy': 'out-of-domain', 'layer': 'a', 'exemplars': [{'image': 'cap.png'}],"
                + " 'context': [{'samples': [1, 2]}], 'except': [{'samples': [%s, 9]}]}";
        ExemplarPlan read =
                (ExemplarPlan) EditFile.plan(file(plan.replace('\'', '"').formatted("8")));
        assertThat(read.exceptions()).isEqualTo(Sample.list(8, 9));
        assertThat(read.samples()).containsExactlyInAnyOrder(Sample.of(1), Sample.of(2), Sample.of(8), Sample.of(9));
        ExemplarEdit edit = read.edit(8, 8);
        assertThat(edit.subjects()).isEqualTo(Sample.list(1, 2, 8, 9));
        assertThatThrownBy(() -> edit.except(Sample.list(2, 9)))
                .hasMessageContaining("both a context and an exception");
    }

    @Test
    void aPlanThatDoesNotCopyIsNoEdit() throws IOException {
        Path file = file("{\"strategy\": \"erase\", \"layer\": \"a\"}");
        assertThatThrownBy(() -> EditFile.read(file)).hasMessageContaining("EditFile.plan");
        Path elsewhere = file("{\"strategy\": \"out-of-domain\", \"layer\": \"a\", \"exemplars\": [{\"image\":"
                + " \"../cap.png\"}]}");
        assertThatThrownBy(() -> EditFile.plan(elsewhere))
                .hasMessageContaining("exemplars[0]")
                .hasMessageContaining("out of");
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static List<String> names(Object... constants) {
        return Arrays.stream(constants).map(Object::toString).toList();
    }

    @Test
    void choicesAreThoseOfTheReader() {
        JsonNode parts = tree().path("$defs");
        assertThat(texts(parts.at("/solver/enum"))).isEqualTo(names((Object[]) Method.Solver.values()));
        assertThat(texts(parts.at("/low-rank/properties/directions/enum")))
                .isEqualTo(names((Object[]) Method.Directions.values()));
        assertThat(texts(parts.at("/closed-form/properties/form/enum")))
                .isEqualTo(names((Object[]) Method.Form.values()));
        assertThat(texts(parts.at("/closed-form/properties/keys/enum")))
                .isEqualTo(names((Object[]) Method.KeyKind.values()));
    }
}
