package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.io.FileFormatException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Edits whose subjects are inputs of one's own, which their file names. */
class EditFileInputsTest {
    @TempDir
    Path folder;

    private Path beside;

    @BeforeEach
    void pictures() throws IOException {
        beside = Files.createDirectory(folder.resolve("edit"));
        BufferedImage picture = new BufferedImage(6, 4, BufferedImage.TYPE_INT_RGB);
        picture.setRGB(1, 2, 0xFF8000);
        ImageIO.write(picture, "png", beside.resolve("face.png").toFile());
        ImageIO.write(picture, "png", folder.resolve("secret.png").toFile());
        latent().save(beside.resolve("me.safetensors"));
    }

    private static OwnInputs latent() {
        return Subject.of("me", Inputs.of("z", Nd4j.createFromArray(new float[][] {{1, 2, 3}})));
    }

    private EditPlan read(String inputs) throws IOException {
        return read(inputs, MaskFiles.INSIDE_FOLDER);
    }

    private EditPlan read(String inputs, MaskFiles files) throws IOException {
        String json = "{'layer': 'layer5', 'rank': 1, 'object': {'inputs': " + inputs + ", 'region': 'full()'},"
                + "'paste': [{'sample': 7, 'region': 'full()'}]}";
        return EditFile.read(Files.writeString(beside.resolve("plan.json"), json.replace('\'', '"')), files);
    }

    private static Inputs object(EditPlan plan) {
        return ((OwnInputs) plan.edit().object().subject()).inputs();
    }

    @Test
    void aLatentLiesBesideThePlan() throws IOException {
        assertThat(read("'me.safetensors'").edit().object().subject()).isEqualTo(latent());
    }

    @Test
    void aPictureAndAHoleAreInputsByName() throws IOException {
        Inputs inputs = object(read("{'mask': {'region': 'rectangle(1, 2, 1, 1).inverted()'}, 'image': 'face.png'}"));
        INDArray image = inputs.get("image");
        assertThat(image.shape()).containsExactly(1, 3, 4, 6);
        assertThat(image.getFloat(0, 0, 2, 1)).isEqualTo(1);
        assertThat(image.getFloat(0, 2, 2, 1)).isEqualTo(-1);
        INDArray mask = inputs.get("mask");
        assertThat(mask.shape()).containsExactly(1, 1, 4, 6);
        assertThat(mask.getFloat(0, 0, 2, 1)).isZero();
        assertThat(mask.sumNumber().doubleValue()).isEqualTo(23);
    }

    @Test
    void picturesMayBeJpegs() throws IOException {
        BufferedImage picture = new BufferedImage(6, 4, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(picture, "jpg", beside.resolve("photo.jpg").toFile());
        assertThat(object(read("{'image': 'photo.jpg'}"))
                        .get("image")
                        .meanNumber()
                        .doubleValue())
                .isLessThan(-0.9);
    }

    @Test
    void aPlanWithInputsComesBackAsItWasWritten() throws IOException {
        EditPlan before = read("{'image': 'face.png', 'mask': {'region': 'rectangle(1, 2, 1, 1)'}}");
        Edit edit = Edit.copy(before.edit().object().subject(), Region.full())
                .pasteInto(OwnInputs.read(beside.resolve("me.safetensors")), Region.full())
                .pasteInto(Sample.list(1, 2), Region.full());
        Path file = beside.resolve("again.json");
        EditFile.write(file, EditPlan.of(edit, "layer5", 1));
        assertThat(EditFile.read(file).edit()).isEqualTo(edit);
        assertThat(file).content().contains("\"face.png\"", "\"me.safetensors\"");
    }

    @Test
    void inputsThatAreNoFileCannotBeWritten() {
        Edit edit = Edit.copy(latent().named("elsewhere.safetensors"), Region.full())
                .pasteInto(Sample.of(1), Region.full());
        assertThatThrownBy(() -> EditFile.write(beside.resolve("plan.json"), EditPlan.of(edit, "layer5", 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("elsewhere.safetensors", "OwnInputs.save");
    }

    @Test
    void filesElsewhereAreOpenedOnlyWhereTheCallerAllowsIt() throws IOException {
        assertThatThrownBy(() -> read("{'image': '../secret.png'}"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("key 'object.inputs'", "leads out of the folder");
        assertThat(object(read("{'image': '../secret.png'}", MaskFiles.ANYWHERE))
                        .arrays())
                .containsOnlyKeys("image");
        Path link = beside.resolve("link.safetensors");
        Files.createSymbolicLink(link, Files.move(beside.resolve("me.safetensors"), folder.resolve("me.safetensors")));
        assertThatThrownBy(() -> read("'link.safetensors'")).hasMessageContaining("through a link");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'nowhere.safetensors' | object.inputs | no file",
                "'face.png' | object.inputs | face.png",
                "'.' | object.inputs | is a folder",
                "{} | object.inputs | at least one input",
                "3 | object.inputs | expected an object",
                "{'image': 3} | object.inputs.image | expected an object",
                "{'mask': {'region': 'full()'}} | object.inputs | name the picture as well",
                "{'image': 'face.png', 'mask': {'regoin': 'full()'}} | object.inputs.mask.regoin | not known",
                "{'image': 'face.png', 'mask': {'region': 'oval(1)'}} | object.inputs | character 1",
                "{'image': 'me.safetensors'} | object.inputs | neither a PNG nor a JPEG",
                "'me.safetensors', 'sample': 3 | object.sample | give either",
            })
    void mistakesNameTheKey(String inputs, String key, String problem) {
        assertThatThrownBy(() -> read(inputs))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("plan.json", "'" + key + "'", problem);
    }

    @Test
    void oneFileIsReadOnce() throws IOException {
        String entry = "{'inputs': {'image': 'face.png'}, 'region': 'full()'}";
        String json = "{'layer': 'layer5', 'rank': 1, 'object': " + entry + ", 'paste': [" + entry + "]}";
        Edit edit = EditFile.read(Files.writeString(beside.resolve("plan.json"), json.replace('\'', '"')))
                .edit();
        assertThat(edit.object().subject()).isSameAs(edit.pastes().get(0).subject());
        assertThat(edit.subjects()).hasSize(1);
    }
}
