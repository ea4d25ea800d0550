package io.github.rewrite4j.samediff.generator.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.samediff.generator.PixelRange;
import io.github.rewrite4j.testkit.AssociativeMemoryContract;
import io.github.rewrite4j.testkit.GeneratorContract;
import io.github.rewrite4j.testkit.GeneratorFamilyContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;

/** Saved graphs as programs that know the registry alone see them. */
class SameDiffFamilyTest {
    @TempDir
    Path folder;

    private final GeneratorFamilies families = GeneratorFamilies.installed();

    private Path saved() {
        Path file = folder.resolve("toy.fb");
        ToyGraph.generator().save(file.toFile(), false);
        return file;
    }

    @Test
    void aSavedGraphIsOpenedAsTheGraphItselfIfItIsTrusted() throws IOException {
        Path file = saved();
        LoadOptions trusted = LoadOptions.none().with("trusted", "true").with("pixels", "unit");
        SameDiff graph = ToyGraph.generator();
        GeneratorEstimate estimate = families.estimate(file);
        try (Generator opened = families.open(file, trusted);
                Generator built = SameDiffGenerator.of(graph)
                        .input("z", 6)
                        .output("image")
                        .pixels(PixelRange.UNIT)
                        .build()) {
            assertThat(opened.generate(opened.sample(2, 1))).isEqualTo(built.generate(built.sample(2, 1)));
            assertThat(estimate.parameters()).isEqualTo(opened.spec().parameters());
            assertThat(estimate.layers()).isEqualTo(opened.layers().size());
        }
        assertThat(estimate.inputs()).containsExactly("z [N, 6]");
        assertThatThrownBy(() -> families.open(file))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("trusted=true");
    }

    /** Nothing but the sentence comes of it: no crash, no other exception. */
    @Test
    void damageAnywhereIsSurvived() throws IOException {
        byte[] whole = Files.readAllBytes(saved());
        Random random = new Random(3);
        for (int i = 0; i < 60; i++) {
            byte[] damaged = whole.clone();
            for (int k = 0; k < 4; k++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            int length = i % 3 == 0 ? random.nextInt(damaged.length) : damaged.length;
            Path file = Files.write(folder.resolve("damaged.fb"), Arrays.copyOf(damaged, length));
            assertThat(families.explain(file)).isNotBlank();
        }
    }

    @Nested
    class AsAFamily extends GeneratorFamilyContract {
        @Override
        protected GeneratorFamily family() {
            return new SameDiffFamily();
        }

        @Override
        protected LoadOptions options() {
            return LoadOptions.none().with(SameDiffFamily.TRUSTED, true);
        }

        @Override
        protected Path write(Path into) {
            Path file = into.resolve("toy.fb");
            ToyGraph.generator().save(file.toFile(), false);
            return file;
        }

        @Override
        protected Path writeNearMiss(Path into) {
            SameDiff graph = SameDiff.create();
            graph.math.tanh("image", graph.var("w", ToyGraph.random(1, 1, 3, 4, 4)));
            Path file = into.resolve("still.fb");
            graph.save(file.toFile(), false);
            return file;
        }
    }

    @Nested
    class AsAGenerator extends GeneratorContract {
        @Override
        protected Generator open() {
            return SameDiffGenerator.of(ToyGraph.generator())
                    .input("z", 6)
                    .output("image")
                    .pixels(PixelRange.UNIT)
                    .build();
        }
    }

    @Nested
    class AsAMemory extends AssociativeMemoryContract {
        @Override
        protected Generator open() {
            return SameDiffGenerator.of(ToyGraph.generator())
                    .input("z", 6)
                    .output("image")
                    .build();
        }

        @Override
        protected String layer() {
            return "gained";
        }
    }
}
