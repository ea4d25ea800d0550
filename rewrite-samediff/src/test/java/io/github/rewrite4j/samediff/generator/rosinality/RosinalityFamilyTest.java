package io.github.rewrite4j.samediff.generator.rosinality;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.samediff.generator.style.ChangedFiles;
import io.github.rewrite4j.samediff.generator.style.RandomCheckpoint;
import io.github.rewrite4j.samediff.generator.style.Stylegan2Golden;
import io.github.rewrite4j.testkit.AssociativeMemoryContract;
import io.github.rewrite4j.testkit.GeneratorContract;
import io.github.rewrite4j.testkit.GeneratorFamilyContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/** Noise, blur and skips of colours, in the layout that most checkpoints have. */
class RosinalityFamilyTest {
    private static Path written(Path into) throws IOException {
        return Stylegan2Golden.write(into.resolve("8.safetensors"), RandomCheckpoint.of(8, 3));
    }

    private static Generator opened() {
        try {
            Path folder = Files.createTempDirectory("rewrite4j");
            Path file = written(folder);
            Generator generator = GeneratorFamilies.installed().open(file);
            Files.delete(file);
            Files.delete(folder);
            return generator;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Nested
    class AsAFamily extends GeneratorFamilyContract {
        @Override
        protected GeneratorFamily family() {
            return new RosinalityFamily();
        }

        @Override
        protected Path write(Path into) throws IOException {
            return written(into);
        }

        @Override
        protected Path writeNearMiss(Path into) throws IOException {
            return ChangedFiles.write(written(into), into.resolve("near.safetensors"), "convs.0.conv.weight", Map.of());
        }
    }

    @Nested
    class AsAGenerator extends GeneratorContract {
        @Override
        protected Generator open() {
            return opened();
        }
    }

    @Nested
    class AsAMemory extends AssociativeMemoryContract {
        @Override
        protected Generator open() {
            return opened();
        }

        @Override
        protected String layer() {
            return "convs.0.conv";
        }
    }
}
