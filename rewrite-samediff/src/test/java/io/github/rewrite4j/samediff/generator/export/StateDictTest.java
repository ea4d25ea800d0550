package io.github.rewrite4j.samediff.generator.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.TreeSet;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Edited weights go back into the files that they came from. */
class StateDictTest {
    @TempDir
    private Path folder;

    private static Path resource(String name) throws Exception {
        return Path.of(
                Objects.requireNonNull(StateDictTest.class.getResource(name)).toURI());
    }

    private static Patch patch(Generator generator) {
        return Avatars.patch(generator, generator.layers().get(1).name(), 1);
    }

    @Test
    void aTrainingCheckpointKeepsItsNamesNestingAndEverythingThatNoPatchChanges() throws Exception {
        Path base = resource("/stylegan2/training.pt");
        Path written = folder.resolve("edited.pt");
        try (Generator plain = StyleGan2.load(base);
                Generator edited = plain.with(patch(plain), 0.5)) {
            StateDict state = StateDict.of(base, edited);
            state.writeTorch(written);
            try (Generator again = StyleGan2.load(written);
                    TensorSource before = TensorSource.open(base);
                    TensorSource after = TensorSource.open(written)) {
                Inputs inputs = plain.sample(2, 1);
                assertThat(again.generate(inputs)).isEqualTo(edited.generate(inputs));
                assertThat(again.generate(inputs)).isNotEqualTo(plain.generate(inputs));
                assertThat(new TreeSet<>(after.names())).isEqualTo(new TreeSet<>(before.names()));
                assertThat(state.changed()).hasSize(1);
                for (String name : before.names()) {
                    assertThat(after.shape(name)).as(name).isEqualTo(before.shape(name));
                    assertThat(after.type(name)).as(name).isEqualTo(before.type(name));
                    assertThat(after.load(name).equals(before.load(name)))
                            .as(name)
                            .isEqualTo(!state.changed().contains(name));
                }
                assertThat(state.changed()).allMatch(name -> name.startsWith("g_ema."));
            }
        }
    }

    @Test
    void aTorchFileBuildsDictionariesAndTensorsOnlyAndIsAlignedAsPyTorchMapsIt() throws Exception {
        Path written = folder.resolve("edited.pt");
        try (Generator plain = Avatars.load();
                Generator edited = plain.with(patch(plain))) {
            StateDict.of(Avatars.file(), edited).writeTorch(written);
        }
        try (ZipFile zip = new ZipFile(written.toFile())) {
            byte[] pickle = zip.getInputStream(zip.getEntry("archive/data.pkl")).readAllBytes();
            TreeSet<String> globals = new TreeSet<>();
            String text = new String(pickle, StandardCharsets.ISO_8859_1);
            java.util.regex.Matcher global = java.util.regex.Pattern.compile(
                            "c((?:collections|torch)[\\w.]*)\\n(\\w+)\\n")
                    .matcher(text);
            while (global.find()) {
                globals.add(global.group(1) + " " + global.group(2));
            }
            assertThat(globals)
                    .containsExactly(
                            "collections OrderedDict", "torch FloatStorage", "torch._utils _rebuild_tensor_v2");
            assertThat(zip.getEntry("archive/version")).isNotNull();
        }
        byte[] bytes = Files.readAllBytes(written);
        String all = new String(bytes, StandardCharsets.ISO_8859_1);
        int header = all.indexOf("archive/data/1") - 30;
        int extra = (bytes[header + 28] & 0xff) | (bytes[header + 29] & 0xff) << 8;
        assertThat((header + 30 + "archive/data/1".length() + extra) % 64).isZero();
    }

    @Test
    void safetensorsHoldTheSameAndChangedTensorsCanStandAlone() throws Exception {
        Path whole = folder.resolve("whole.safetensors");
        Path part = folder.resolve("part.safetensors");
        try (Generator plain = Avatars.load();
                Generator edited = plain.with(patch(plain))) {
            StateDict state = StateDict.of(Avatars.file(), edited);
            state.writeSafeTensors(whole);
            state.changedOnly().writeSafeTensors(part);
            try (TensorSource tensors = TensorSource.open(part)) {
                assertThat(new TreeSet<>(tensors.names())).isEqualTo(new TreeSet<>(state.changed()));
            }
            try (TensorSource before = TensorSource.open(Avatars.file());
                    TensorSource after = TensorSource.open(whole)) {
                String changed = state.changed().iterator().next();
                INDArray now = after.load(changed);
                assertThat(now.shape()).isEqualTo(before.shape(changed));
                assertThat(now).isNotEqualTo(before.load(changed));
                assertThat(after.names()).hasSameSizeAs(before.names());
            }
        }
    }

    @Test
    void anotherFileAndTheBaseItselfAreRefused() throws Exception {
        Path base = resource("/stylegan2/training.pt");
        try (Generator plain = StyleGan2.load(base);
                Generator edited = plain.with(patch(plain))) {
            assertThatThrownBy(() -> StateDict.of(Avatars.file(), edited))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContaining("loaded from");
            Path copy = Files.copy(base, folder.resolve("base.pt"));
            assertThatThrownBy(() -> StateDict.of(copy, edited).writeTorch(copy))
                    .isInstanceOf(RewriteException.class)
                    .hasMessageContaining("another file");
            assertThatThrownBy(() -> StateDict.of(base, plain).changedOnly().writeTorch(folder.resolve("none.pt")))
                    .hasMessageContaining("no patch");
        }
    }
}
