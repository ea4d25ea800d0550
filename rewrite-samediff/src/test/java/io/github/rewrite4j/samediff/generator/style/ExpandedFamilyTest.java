package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.testkit.GeneratorContract;
import io.github.rewrite4j.testkit.GeneratorFamilyContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Nested;

class ExpandedFamilyTest {
    private static Path expanded(Path into) throws IOException {
        return Files.write(
                into.resolve("expanded.safetensors"),
                ExpandedFiles.expanded().findFirst().orElseThrow());
    }

    @Nested
    class AsAFamily extends GeneratorFamilyContract {
        @Override
        protected GeneratorFamily family() {
            return new ExpandedFamily();
        }

        @Override
        protected Path write(Path into) throws IOException {
            return expanded(into);
        }

        @Override
        protected Path writeNearMiss(Path into) throws IOException {
            return ChangedFiles.write(expanded(into), into.resolve("newer.safetensors"), "", Map.of("version", "2"));
        }
    }

    @Nested
    class AsAGenerator extends GeneratorContract {
        @Override
        protected Generator open() {
            try {
                Path folder = Files.createTempDirectory("rewrite4j");
                Path file = expanded(folder);
                Generator generator = GeneratorFamilies.installed().open(file);
                Files.delete(file);
                Files.delete(folder);
                return generator;
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
