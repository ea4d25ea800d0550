package io.github.rewrite4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.family.GeneratorFile;
import io.github.rewrite4j.family.LoadOption;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.family.Recognition;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensorsWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for families: they know their own files and no others, and say beforehand what a file needs. */
public abstract class GeneratorFamilyContract {
    @TempDir
    Path folder;

    /** A new family. */
    protected abstract GeneratorFamily family();

    /**
     * Writes a small file of this family.
     *
     * @param into an empty folder
     */
    protected abstract Path write(Path into) throws IOException;

    /**
     * Writes a file that bears the marks of this family and cannot be loaded.
     *
     * @param into an empty folder
     */
    protected abstract Path writeNearMiss(Path into) throws IOException;

    /** What loading {@link #write} takes; nothing unless a family needs it. */
    protected LoadOptions options() {
        return LoadOptions.none();
    }

    private Path folder(String name) throws IOException {
        return Files.createDirectory(folder.resolve(name));
    }

    private Recognition recognised(Path file) throws IOException {
        try (GeneratorFile open = GeneratorFile.open(file)) {
            return family().recognise(open);
        }
    }

    @Test
    final void nullIsRefusedByName() {
        Nulls.refused("recognise(file)", () -> family().recognise(Nulls.none()));
        Nulls.refused("estimate(file, options)", () -> family().estimate(Nulls.none(), options()));
        Nulls.refused("load(file, options)", () -> family().load(Nulls.none(), options()));
    }

    @Test
    final void itIsFoundOnTheClassPathUnderANameOfItsOwn() {
        GeneratorFamily family = family();
        assertThat(family.name()).matches("[a-z][a-z0-9-]*");
        assertThat(family.description()).isNotBlank().doesNotEndWith(".");
        assertThat(GeneratorFamilies.installed().named(family.name())).hasSameClassAs(family);
        assertThat(family.options()).extracting(LoadOption::name).doesNotHaveDuplicates();
        assertThat(family.options()).allSatisfy(option -> {
            assertThat(option.description()).endsWith(".");
            assertThat(option.values()).isNotBlank();
        });
    }

    @Test
    final void itsFilesAreItsOwnAmongAllFamilies() throws IOException {
        Path file = write(folder("own"));
        assertThat(recognised(file)).isEqualTo(Recognition.yes());
        try (GeneratorFile open = GeneratorFile.open(file)) {
            assertThat(GeneratorFamilies.installed().familyOf(open, options()).name())
                    .isEqualTo(family().name());
        }
        assertThat(GeneratorFamilies.installed().explain(file)).contains("'" + family().name() + "'");
    }

    @Test
    final void theEstimateIsThatOfTheGeneratorAndChangesNothing() throws IOException {
        Path file = write(folder("own"));
        byte[] before = Files.readAllBytes(file);
        GeneratorEstimate estimate;
        try (GeneratorFile open = GeneratorFile.open(file)) {
            estimate = GeneratorFamilies.installed().estimate(open, options());
        }
        try (Generator generator = GeneratorFamilies.installed().open(file, options())) {
            assertThat(estimate.parameters())
                    .isBetween(
                            generator.spec().parameters(),
                            generator.spec().parameters() + generator.spec().parameters() / 2);
            assertThat(estimate.layers())
                    .isGreaterThanOrEqualTo(generator.layers().size());
            assertThat(estimate.imageHeight()).isIn(0, generator.spec().imageHeight());
            assertThat(estimate.imageWidth()).isIn(0, generator.spec().imageWidth());
            assertThat(estimate.inputs())
                    .isNotEmpty()
                    .filteredOn(phrase -> !phrase.endsWith("which may be left out"))
                    .isNotEmpty()
                    .allSatisfy(phrase -> assertThat(generator.sample(1, 1).arrays())
                            .containsKey(phrase.substring(0, phrase.indexOf(' '))));
        }
        assertThat(estimate.architecture()).isNotBlank();
        assertThat(estimate.loadingBytes()).isPositive();
        assertThat(estimate.generatingBytes()).isPositive();
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    final void theSameFileIsTheSameGeneratorWhichOutlivesIt() throws IOException {
        Path file = write(folder("own"));
        try (Generator one = GeneratorFamilies.installed().open(file, options());
                Generator other = GeneratorFamilies.installed().open(file, options())) {
            Files.delete(file);
            assertThat(one.spec()).isEqualTo(other.spec());
            assertThat(Differences.bits(one.generate(one.sample(2, 1))))
                    .isEqualTo(Differences.bits(other.generate(other.sample(2, 1))));
        }
    }

    @Test
    final void aNearMissIsExplainedInASentence() throws IOException {
        Path file = writeNearMiss(folder("near"));
        Recognition said = recognised(file);
        assertThat(said.verdict()).isEqualTo(Recognition.Verdict.NEARLY);
        assertThat(said.reason()).hasSizeGreaterThan(20).doesNotContain("Exception", "\n");
        GeneratorFamilies alone = GeneratorFamilies.of(List.of(family()));
        assertThatThrownBy(() -> alone.open(file, options()))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining(said.reason().substring(0, 20));
    }

    @Test
    final void filesOfOthersAreNone() throws IOException {
        for (Map.Entry<String, byte[]> foreign : foreign().entrySet()) {
            Path file = Files.write(folder.resolve(foreign.getKey()), foreign.getValue());
            assertThat(recognised(file)).as(foreign.getKey()).isEqualTo(Recognition.no());
        }
        Path tensors = folder.resolve("tensors.safetensors");
        new SafeTensorsWriter().add("somebody.elses", new float[] {1, 2}, 2).write(tensors);
        assertThat(recognised(tensors)).isEqualTo(Recognition.no());
    }

    private static Map<String, byte[]> foreign() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("empty", new byte[0]);
        files.put("byte", new byte[] {8});
        files.put("text.txt", "A generator, as it says itself.\n".getBytes(StandardCharsets.UTF_8));
        files.put("plan.json", "{\"layer\": \"layer5\"}".getBytes(StandardCharsets.UTF_8));
        files.put("picture.png", new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0, 13});
        byte[] noise = new byte[4096];
        new Random(7).nextBytes(noise);
        files.put("noise.bin", noise);
        files.put("zeros.bin", Arrays.copyOf(new byte[] {0}, 4096));
        return files;
    }

    @Test
    final void optionsOfOthersAreRefusedByName() throws IOException {
        Path file = write(folder("own"));
        LoadOptions wrong = options().with("no-such-option", "1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GeneratorFamilies.installed().open(file, wrong))
                .withMessageContaining("no-such-option");
    }
}
