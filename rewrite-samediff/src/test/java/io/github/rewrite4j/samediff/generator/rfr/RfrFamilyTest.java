package io.github.rewrite4j.samediff.generator.rfr;

import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.samediff.generator.FamilyFiles;
import io.github.rewrite4j.testkit.GeneratorFamilyContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class RfrFamilyTest extends GeneratorFamilyContract {
    @TempDir
    static Path files;

    private static Path pictures;

    @BeforeAll
    static void draw() throws IOException {
        pictures = FamilyFiles.pictures(files, 3, 32);
    }

    @Override
    protected GeneratorFamily family() {
        return new RfrFamily();
    }

    @Override
    protected LoadOptions options() {
        return LoadOptions.none().with("size", "32").with("pictures", pictures.toString());
    }

    @Override
    protected Path write(Path into) throws IOException {
        return SmallInpainter.write(into.resolve("rfr.safetensors"), "generator.", state -> {});
    }

    @Override
    protected Path writeNearMiss(Path into) throws IOException {
        return SmallInpainter.write(
                into.resolve("near.safetensors"),
                "generator.",
                state -> state.remove("generator.RFRModule.att.att.ratio"));
    }
}
