package io.github.rewrite4j.samediff.generator.munit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.family.GeneratorFile;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.family.Recognition;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.FamilyFiles;
import io.github.rewrite4j.testkit.GeneratorFamilyContract;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class MunitFamilyTest extends GeneratorFamilyContract {
    @TempDir
    static Path files;

    private static Path pictures;

    @BeforeAll
    static void draw() throws IOException {
        pictures = FamilyFiles.pictures(files, 3, 32);
    }

    @Override
    protected GeneratorFamily family() {
        return new MunitFamily();
    }

    @Override
    protected LoadOptions options() {
        return LoadOptions.none().with("size", "32").with("pictures", pictures.toString());
    }

    @Override
    protected Path write(Path into) throws IOException {
        return FamilyFiles.copy("munit_legacy_format.pt", into);
    }

    @Override
    protected Path writeNearMiss(Path into) throws IOException {
        return changed(into, state -> state.keySet().removeIf(name -> name.startsWith("b.")));
    }

    private static Path changed(Path into, Consumer<Map<String, INDArray>> change) throws IOException {
        Map<String, INDArray> state = new TreeMap<>();
        try (TensorSource file = TensorSource.open(FamilyFiles.copy("munit_legacy_format.pt", into))) {
            for (String name : file.names()) {
                state.put(name, file.load(name));
            }
        }
        change.accept(state);
        Path file = into.resolve("changed.safetensors");
        SafeTensors.write(file, state, Map.of());
        return file;
    }

    private void assertNearly(Consumer<Map<String, INDArray>> change, String... words) throws IOException {
        try (GeneratorFile file = GeneratorFile.open(changed(files, change))) {
            Recognition said = family().recognise(file);
            assertThat(said.verdict()).isEqualTo(Recognition.Verdict.NEARLY);
            assertThat(said.reason()).contains(words);
        }
    }

    @Test
    void files_of_one_domain_of_unit_and_in_part_are_told_apart() throws IOException {
        assertNearly(state -> state.keySet().removeIf(name -> name.startsWith("a.")), "the domain 'b' alone");
        assertNearly(
                state -> {
                    Map<String, INDArray> bare = new TreeMap<>();
                    state.forEach((name, array) -> {
                        if (name.startsWith("a.")) {
                            bare.put(name.substring(2), array);
                        }
                    });
                    state.clear();
                    state.putAll(bare);
                },
                "one domain under no name");
        assertNearly(
                state -> {
                    state.clear();
                    state.put("a.enc.model.0.conv.weight", Nd4j.zeros(4, 3, 7, 7));
                    state.put("a.dec.model.0.model.0.model.0.conv.weight", Nd4j.zeros(4, 4, 3, 3));
                },
                "UNIT");
        assertNearly(state -> state.remove("b.mlp.model.1.fc.bias"), "1 missing: b.mlp.model.1.fc.bias");
        assertNearly(state -> state.remove("b.enc_style.model.6.weight"), "'b' are there in part");
        assertNearly(state -> state.put("a.dec.model.2.activation.weight", Nd4j.zeros(1)), "PReLU");
    }
}
