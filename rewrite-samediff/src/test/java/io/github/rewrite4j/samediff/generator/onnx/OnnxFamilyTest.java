package io.github.rewrite4j.samediff.generator.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.family.GeneratorFile;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.samediff.generator.GraphOptions;
import io.github.rewrite4j.samediff.generator.PictureSize;
import io.github.rewrite4j.samediff.generator.PixelRange;
import io.github.rewrite4j.testkit.GeneratorContract;
import io.github.rewrite4j.testkit.GeneratorFamilyContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** ONNX files as programs that know the registry alone see them. */
class OnnxFamilyTest {
    @TempDir
    Path folder;

    private final GeneratorFamilies families = GeneratorFamilies.installed();

    private Path written(Net net) throws IOException {
        return Files.write(folder.resolve("net.bin"), net.file());
    }

    @Test
    void aLatentNetworkIsRecognisedByItsContentEstimatedAndOpened() throws IOException {
        Path file = written(Networks.dcgan());
        GeneratorEstimate estimate = families.estimate(file);
        try (GeneratorFile open = GeneratorFile.open(file);
                Generator generator = families.open(file)) {
            assertThat(families.familyOf(open, LoadOptions.none()).name()).isEqualTo("onnx");
            assertThat(generator.spec().imageHeight()).isEqualTo(16);
            assertThat(estimate.layers()).isEqualTo(generator.layers().size()).isEqualTo(3);
            // Batch normalisation is folded into a factor and a summand: as many numbers less as it has channels twice.
            assertThat(estimate.parameters())
                    .isBetween(generator.spec().parameters(), generator.spec().parameters() + 48);
        }
        assertThat(estimate.inputs()).containsExactly("z [N, 8, 1, 1]");
        assertThat(estimate.architecture()).contains("opset 13");
        assertThat(families.explain(file)).contains("family 'onnx'", "million parameters");
    }

    @Test
    void aPainterOfFreeSizesTakesPicturesOfAFolderInTheSizeThatIsSaid() throws IOException {
        Path pictures = Files.createDirectory(folder.resolve("pictures"));
        Images.write(Nd4j.rand(DataType.FLOAT, 3, 20, 20), pictures.resolve("a.png"));
        Path file = written(Networks.painter(0, 0));
        assertThat(families.estimate(file).imageHeight()).isZero();
        LoadOptions options = LoadOptions.none()
                .with("pictures", pictures.toString())
                .with("size", "8x12")
                .with("pixels", "unit");
        try (Generator generator = families.open(file, options)) {
            assertThat(Arrays.stream(generator.generate(generator.sample(1, 1)).shape())
                            .boxed())
                    .containsExactly(1L, 3L, 16L, 24L);
        }
        LoadOptions typed = LoadOptions.none()
                .with(GraphOptions.PICTURES, pictures)
                .with(PictureSize.OPTION, new PictureSize(8, 12))
                .with(GraphOptions.PIXELS, PixelRange.UNIT);
        try (Generator generator = families.open(file, typed)) {
            assertThat(generator.spec().imageWidth()).isEqualTo(24);
        }
        assertThatThrownBy(() -> families.open(file))
                .isInstanceOf(RewriteException.class)
                .hasMessageContainingAll("content", "pictures=FOLDER");
    }

    @Test
    void optionsThatNoFamilyHasOrThatCannotBeReadAreNamed() throws IOException {
        Path file = written(Networks.dcgan());
        assertThatThrownBy(() -> families.open(file, LoadOptions.none().with("sise", "8")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'onnx'", "'sise'", "'size'");
        assertThatThrownBy(() -> families.open(file, LoadOptions.none().with("size", "wide")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'size'", "HEIGHTxWIDTH", "wide");
        assertThatThrownBy(() -> families.open(file, LoadOptions.none().family("onyx")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'onnx'");
    }

    @Test
    void aCutFileIsANearMissAndWhatIsNoneIsNone() throws IOException {
        byte[] whole = Networks.dcgan().file();
        Path cut = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(whole, whole.length - 100));
        assertThatThrownBy(() -> families.open(cut))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("no ONNX file, or it is damaged");
        Path page = Files.writeString(folder.resolve("page.onnx"), "<!DOCTYPE html><html>");
        assertThatThrownBy(() -> families.open(page))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("web page");
        assertThat(List.of(families.explain(cut), families.explain(page)))
                .allSatisfy(text -> assertThat(text).isNotBlank());
    }

    @Nested
    class AsAFamily extends GeneratorFamilyContract {
        @Override
        protected GeneratorFamily family() {
            return new OnnxFamily();
        }

        @Override
        protected Path write(Path into) throws IOException {
            return Files.write(into.resolve("dcgan.bin"), Networks.dcgan().file());
        }

        @Override
        protected Path writeNearMiss(Path into) throws IOException {
            byte[] whole = Networks.dcgan().file();
            return Files.write(into.resolve("cut.onnx"), Arrays.copyOf(whole, whole.length - 100));
        }
    }

    @Nested
    class AsAGenerator extends GeneratorContract {
        @Override
        protected Generator open() {
            return Networks.built(Networks.dcgan());
        }
    }
}
