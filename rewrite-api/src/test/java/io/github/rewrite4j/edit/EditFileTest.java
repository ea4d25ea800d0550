package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.io.FileFormatException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.factory.Nd4j;

class EditFileTest {
    private static final Region CROWN = Region.ellipse(32, 10, 11, 9);

    @TempDir
    Path folder;

    private EditPlan read(String json) throws IOException {
        return EditFile.read(Files.writeString(folder.resolve("plan.json"), json.replace('\'', '"')));
    }

    @Test
    void aPlanComesBackAsItWasWritten() throws IOException {
        Edit edit = Edit.copy(new Sample(5, 22), CROWN)
                .pasteInto(Sample.range(1, 100, 116), CROWN.grown(2))
                .pasteInto(Sample.of(3), CROWN)
                .inContextOf(List.of(Sample.of(4), new Sample(9, 4), Sample.of(9), Sample.of(2)), Region.full());
        EditPlan plan = EditPlan.of(edit, "layer5", 3)
                .withGamma(0.7)
                .withSolver(Method.Solver.PROJECTED_GRADIENT)
                .withDirections(Method.Directions.SVD)
                .evaluatedOn(12);
        Path file = folder.resolve("plan.json");
        EditFile.write(file, plan);
        assertThat(EditFile.read(file)).isEqualTo(plan);
        assertThat(file).content().contains("\"100-115\"");
    }

    @Test
    void whatIsLeftOutHasItsDefault() throws IOException {
        EditPlan plan = read("{'layer': 'layer5', 'rank': 2, 'object': {'sample': 22, 'region': 'full()'},"
                + " 'paste': [{'samples': [7, 9], 'region': 'full()'}]}");
        Edit edit = Edit.copy(Sample.of(22), Region.full()).pasteInto(Sample.list(7, 9), Region.full());
        assertThat(plan).isEqualTo(EditPlan.of(edit, "layer5", 2));
        assertThat(plan.method())
                .isEqualTo(new Method.LowRank(2, Method.Solver.LEVENBERG_MARQUARDT, Method.Directions.ZCA, 0.2));
        assertThat(plan.freshSamples()).isEqualTo(200);
    }

    @Test
    void everyStrategyComesBackAsItWasWritten() throws IOException {
        Edit edit = Edit.copy(Sample.of(22), CROWN).pasteInto(Sample.of(7), CROWN);
        for (Method method : List.of(
                Method.LowRank.of(4),
                new Method.ClosedForm(Method.Form.MEMIT, Method.KeyKind.PATCHES, 3),
                new Method.UnitAblation(0.1),
                new Method.InImages(9, 8, OptionalInt.of(7)),
                new Method.Joint(Method.Target.IMAGES, 2.5, 6))) {
            EditPlan plan = EditPlan.of(edit, "layer5", 3).by(method);
            EditFile.write(folder.resolve("plan.json"), plan);
            assertThat(EditFile.read(folder.resolve("plan.json"))).isEqualTo(plan);
            assertThat(folder.resolve("plan.json")).content().contains('"' + method.strategy() + '"');
            assertThat(Method.usual(method.strategy())).isInstanceOf(method.getClass());
        }
    }

    @Test
    void plansThatDoNotCopyAndPasteComeBackAsTheyWereWritten() throws IOException {
        Erasure erasure = Erasure.of(new Selection(Sample.of(22), CROWN))
                .seenAt(new Selection(new Sample(9, 3), CROWN))
                .seenAt(new Selection(new Sample(9, 4), CROWN));
        TransplantEdit pairs =
                TransplantEdit.of(Sample.of(3), new Sample(5, 4), CROWN).and(Sample.of(7), Sample.of(8), Region.full());
        Method closed = new Method.ClosedForm(Method.Form.ROME, Method.KeyKind.PATCHES, 1);
        for (Plan plan : List.of(
                new ErasurePlan(erasure, "layer5", 0.3, 4),
                new ErasurePlan(Erasure.of(new Selection(Sample.of(1), CROWN)), "layer5..layer6", 0.1, 2),
                new TransplantPlan(pairs, "layer5", Method.LowRank.of(2)),
                new TransplantPlan(pairs, "layer5", closed))) {
            EditFile.write(folder.resolve("plan.json"), plan);
            assertThat(EditFile.plan(folder.resolve("plan.json"))).isEqualTo(plan);
        }
    }

    @Test
    void picturesOfAnObjectHaveNoFilesToWriteDown() {
        Exemplar white = Exemplar.of(Nd4j.ones(3, 64, 64), CROWN);
        ExemplarPlan plan = new ExemplarPlan(
                List.of(white),
                List.of(),
                List.of(Sample.of(1)),
                List.of(),
                "layer5",
                ExemplarPlan.Place.AS_SHOWN,
                OptionalInt.empty(),
                4);
        assertThatThrownBy(() -> EditFile.write(folder.resolve("plan.json"), plan))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("\"exemplars\"");
        assertThat(folder.resolve("plan.json")).doesNotExist();
    }

    @Test
    void earlierFilesNameTheSolverAsStrategy() throws IOException {
        EditPlan read = read("{'layer': 'layer5', 'rank': 2, 'strategy': 'adam', 'object': {'sample': 22, 'region':"
                + " 'full'}, 'paste': [{'sample': 7, 'region': 'full'}]}");
        assertThat(read.method())
                .isEqualTo(new Method.LowRank(2, Method.Solver.ADAM, Method.Directions.ZCA, Method.DEFAULT_GAMMA));
    }

    @Test
    void onlyALowRankChangeHasASolver() {
        EditPlan plan =
                EditPlan.of(Edit.copy(Sample.of(1), Region.full()).pasteInto(Sample.of(2), Region.full()), "a", 1);
        assertThatThrownBy(() -> plan.by(new Method.UnitAblation(0.1)).withGamma(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has no gamma");
    }

    @Test
    void masksLieBesideThePlan() throws IOException {
        BufferedImage mask = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        mask.setRGB(3, 3, 0xFFFFFF);
        ImageIO.write(mask, "png", folder.resolve("mask.png").toFile());
        Region region = Region.png(folder.resolve("mask.png"));
        EditPlan plan = EditPlan.of(Edit.copy(Sample.of(1), region).pasteInto(Sample.of(2), region), "layer5", 1);
        EditFile.write(folder.resolve("plan.json"), plan);
        assertThat(EditFile.read(folder.resolve("plan.json"))).isEqualTo(plan);
    }

    @Test
    void aMaskThatIsNoFileCannotBeWritten() {
        Region region = Region.of(new float[][] {{0, 1}});
        EditPlan plan = EditPlan.of(Edit.copy(Sample.of(1), region).pasteInto(Sample.of(2), region), "layer5", 1);
        Path file = folder.resolve("plan.json");
        assertThatThrownBy(() -> EditFile.write(file, plan))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("save its mask as a PNG");
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'rank': 3, 'gama': 1             | key 'gama'              | Nearest names: 'gamma'",
                "'rank': 3, 'strategy': 'newton'  | key 'strategy'          | expected one of [low-rank,"
                        + " closed-form",
                "'rank': 3, 'solver': 'newton'  | key 'solver'          | expected one of [levenberg-marquardt,"
                        + " adam",
                "'rank': 3, 'strategy': 'adam', 'solver': 'adam' | key 'solver' | not known",
                "'rank': 3, 'share': 0.1 | key 'share' | not known",
                "'strategy': 'unit-ablation', 'rank': 3 | key 'rank' | not known",
                "'strategy': 'in-images', 'gamma': 1 | key 'gamma' | not known",
                "'strategy': 'in-images', 'steps': 0 | contents | at least 1",
                "'strategy': 'unit-ablation', 'share': 2 | contents | at most at 1",
                "'strategy': 'closed-form', 'weight': 0 | contents | a positive number",
                "'fresh': 3                       | key 'rank'              | missing",
                "'rank': 'three'                  | key 'rank'              | expected a whole number",
                "'rank': 0                        | contents                | must be at least 1",
                "'rank': 1, 'gamma': -1           | contents                | gamma is -1.0",
                "'rank': 1, 'context': {}         | key 'context'           | expected a list",
                "'rank': 1, 'context': [{'region': 'full()'}] | key 'context[0].sample' | either 'sample'",
                "'rank': 1, 'context': [{'samples': '9-3', 'region': 'full()'}] | context[0].samples | must rise",
                "'rank': 1, 'context': [{'sample': -1, 'region': 'full()'}] | context[0].sample | counts from 0",
                "'rank': 1, 'context': [{'sample': 268435456, 'region': 'full'}] | context[0].sample | at most"
                        + " 268435455",
                "'rank': 1, 'context': [{'samples': [], 'region': 'full'}] | context[0].samples | the list is empty",
                "'rank': 1, 'context': [{'samples': [1e3], 'region': 'full'}] | context[0].samples | whole number",
                "'rank': 1, 'gamma': 1e999 | contents | gamma is Infinity",
                "'rank': 1, 'gamma': [[1]] | key 'gamma' | expected a number, found ARRAY",
                "'rank': 99999999999 | key 'rank' | expected a whole number",
                "'rank': 1, 'context': [{'sample': 1, 'region': 'oval(1)'}] | context[0].region | character 1",
            })
    void mistakesNameTheKey(String part, String where, String what) {
        assertThatThrownBy(() -> read("{'layer': 'layer5', 'object': {'sample': 22, 'region': 'full()'},"
                        + "'paste': [{'sample': 7, 'region': 'full()'}], " + part + "}"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("plan.json", where, what);
    }

    @Test
    void anEditWithoutPasteIsRefused() {
        assertThatThrownBy(() ->
                        read("{'layer': 'l', 'rank': 1, 'object': {'sample': 2, 'region': 'full()'}, 'paste': []}"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("pastes it nowhere");
    }

    @Test
    void samplesOfOneFileAreCountedTogether() {
        String range = "{'samples': '0-9999', 'region': 'full'}";
        assertThatThrownBy(() -> read("{'layer': 'l', 'rank': 1, 'object': {'sample': 2, 'region': 'full'}, 'paste': ["
                        + (range + ",").repeat(1500) + range + "]}"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("key 'paste[0].samples'", "at most 10000 samples");
        String detailed = "full" + ".inverted()".repeat(100);
        assertThatThrownBy(() -> read("{'layer': 'l', 'rank': 1, 'object': {'sample': 2, 'region': 'full'}, 'paste':"
                        + " [{'samples': '0-999', 'region': '" + detailed + "'}]}"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("key 'paste[0].samples'", "too many operations for so many samples");
    }

    @Test
    void anEditWithMoreSamplesThanAFileHoldsIsNotWritten() {
        Edit edit = Edit.copy(Sample.of(1), CROWN).pasteInto(Sample.range(1, 0, 10_000), CROWN);
        Path file = folder.resolve("plan.json");
        assertThatThrownBy(() -> EditFile.write(file, EditPlan.of(edit, "layer5", 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("at most 10000");
        assertThat(file).doesNotExist();
    }

    @Test
    void aByteOrderMarkIsSkippedAndOtherEncodingsAreNamed() throws IOException {
        String plan = "{\"layer\": \"layer5\", \"rank\": 2, \"object\": {\"sample\": 22, \"region\": \"full\"},"
                + " \"paste\": [{\"sample\": 7, \"region\": \"full\"}]}";
        Path file = Files.writeString(folder.resolve("bom.json"), '\uFEFF' + plan);
        assertThat(EditFile.read(file).method()).isEqualTo(Method.LowRank.of(2));
        Files.write(file, plan.getBytes(StandardCharsets.UTF_16));
        assertThatThrownBy(() -> EditFile.read(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("expected JSON in UTF-8");
    }

    @Test
    void nothingOfAFileCommandsTheTerminal() {
        assertThatThrownBy(() -> read("{'layer': 'l', 'rank': 1, 'object': {'sample': 22, 'region':"
                        + " 'full\\u001b[31m\\r\\nEVIL'}, 'paste': []}"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("full\\u001b[31m\\u000d\\u000aEVIL");
        assertThatThrownBy(() -> read("{'la\\u001b[2J" + "y".repeat(100_000) + "': 1}"))
                .isInstanceOf(FileFormatException.class)
                .satisfies(failure -> assertThat(failure.getMessage())
                        .contains("la\\u001b[2J")
                        .hasSizeLessThan(1500)
                        .doesNotContain("\u001b"));
    }
}
