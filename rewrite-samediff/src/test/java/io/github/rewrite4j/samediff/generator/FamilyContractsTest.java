package io.github.rewrite4j.samediff.generator;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.torch.TorchCheckpoint;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.generator.diffusion.DiffusionFamily;
import io.github.rewrite4j.samediff.generator.nvidia.NvidiaGolden;
import io.github.rewrite4j.samediff.generator.rfr.SmallInpainter;
import io.github.rewrite4j.testkit.GeneratorContract;
import io.github.rewrite4j.testkit.GeneratorFamilyContract;
import io.github.rewrite4j.testkit.InputSamplerContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the suites of single families leave out: generators of every family, and their samplers, keep their contracts. */
class FamilyContractsTest {
    @TempDir
    static Path files;

    private static LoadOptions pictures;

    @BeforeAll
    static void draw() throws IOException {
        Path drawn = FamilyFiles.pictures(files, 4, 32);
        pictures = LoadOptions.none().with("size", "32").with("pictures", drawn.toString());
    }

    private static <T> T unchecked(Callable<T> reading) {
        try {
            return reading.call();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static Generator opened(Path file, LoadOptions options) {
        return unchecked(() -> GeneratorFamilies.installed().open(file, options));
    }

    private static Generator munit() {
        return unchecked(() -> opened(FamilyFiles.copy("munit_legacy_format.pt", files), pictures));
    }

    private static Generator rfr() {
        return unchecked(() ->
                opened(SmallInpainter.write(files.resolve("rfr.safetensors"), "generator.", state -> {}), pictures));
    }

    private static Generator styleGan2() {
        return unchecked(() -> opened(NvidiaGolden.path("nv_sg2_sg3repo.pkl"), LoadOptions.none()));
    }

    private static Generator styleGan3() {
        return unchecked(() -> opened(NvidiaGolden.path("nv_sg3t.pkl"), LoadOptions.none()));
    }

    private static Generator progressive() {
        return unchecked(() -> opened(NvidiaGolden.path("proggan_zip.pth"), LoadOptions.none()));
    }

    private static Path diffusion(Path into) throws IOException {
        Path file = into.resolve("diffae.ckpt");
        try (InputStream in = Objects.requireNonNull(
                FamilyContractsTest.class.getResourceAsStream("/diffae/diffae_tiny_lightning.ckpt"))) {
            Files.write(file, in.readAllBytes());
        }
        return file;
    }

    /** What it says of the avatars, their own tests say at greater length. */
    @Nested
    @Tag("study")
    class AvatarsAsAGenerator extends GeneratorContract {
        @Override
        protected Generator open() {
            return Avatars.load();
        }
    }

    @Nested
    class StyleGan2AsAGenerator extends GeneratorContract {
        @Override
        protected Generator open() {
            return styleGan2();
        }
    }

    /** Filters around every layer: several seconds. */
    @Nested
    @Tag("study")
    class StyleGan3AsAGenerator extends GeneratorContract {
        @Override
        protected Generator open() {
            return styleGan3();
        }
    }

    @Nested
    class ProgressiveAsAGenerator extends GeneratorContract {
        @Override
        protected Generator open() {
            return progressive();
        }
    }

    @Nested
    class TranslatorAsAGenerator extends GeneratorContract {
        @Override
        protected Generator open() {
            return munit();
        }
    }

    /** Each of its layers is cut out of modules that run six times: half a minute. */
    @Nested
    @Tag("study")
    class InpainterAsAGenerator extends GeneratorContract {
        @Override
        protected Generator open() {
            return rfr();
        }
    }

    /** Each picture takes many passes: five seconds. */
    @Nested
    @Tag("study")
    class DiffusionAsAGenerator extends GeneratorContract {
        @Override
        protected Generator open() {
            return unchecked(() -> opened(diffusion(files), LoadOptions.none()));
        }
    }

    @Nested
    class DiffusionAsAFamily extends GeneratorFamilyContract {
        @Override
        protected GeneratorFamily family() {
            return new DiffusionFamily();
        }

        @Override
        protected Path write(Path into) throws IOException {
            return diffusion(into);
        }

        @Override
        protected Path writeNearMiss(Path into) throws IOException {
            Map<String, INDArray> kept = new TreeMap<>();
            try (TorchCheckpoint whole = TorchCheckpoint.open(diffusion(into))) {
                for (String name : whole.names()) {
                    kept.put(name, whole.load(name));
                }
            }
            Path file = into.resolve("weights.safetensors");
            SafeTensors.write(file, kept, Map.of());
            return file;
        }
    }

    /** The sampler of a generator that stays open. */
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class SamplerOf extends InputSamplerContract {
        private final Generator generator;

        SamplerOf(Generator generator) {
            this.generator = generator;
        }

        @Override
        protected InputSampler sampler() {
            return generator.sampler();
        }

        @AfterAll
        void close() {
            generator.close();
        }
    }

    @Nested
    class SamplesOfAvatars extends SamplerOf {
        SamplesOfAvatars() {
            super(Avatars.load());
        }
    }

    @Nested
    class SamplesOfClasses extends SamplerOf {
        SamplesOfClasses() {
            super(styleGan2());
        }
    }

    @Nested
    class SamplesOfPictures extends SamplerOf {
        SamplesOfPictures() {
            super(munit());
        }
    }

    @Nested
    class SamplesOfHoles extends SamplerOf {
        SamplesOfHoles() {
            super(rfr());
        }
    }
}
