package io.github.rewrite4j.samediff.generator.export.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.generator.foreign.SameDiffGenerator;
import io.github.rewrite4j.samediff.generator.onnx.OnnxReference;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/** Networks written here draw the same pictures in ONNX Runtime. */
class OnnxExportTest {
    @TempDir
    private Path folder;

    private static Path golden() throws Exception {
        return Path.of(Objects.requireNonNull(OnnxExportTest.class.getResource("/golden/stylegan2_s32.safetensors"))
                .toURI());
    }

    private static double deviation(INDArray actual, INDArray expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        return actual.sub(expected).amaxNumber().doubleValue()
                / expected.amaxNumber().doubleValue();
    }

    private byte[] written(Generator generator) throws Exception {
        Path file = folder.resolve("net.onnx");
        OnnxExport.of(generator).write(file);
        return Files.readAllBytes(file);
    }

    @Test
    void theBundledGeneratorDrawsTheSamePicturesWithAPatchAndInAnyBatch() throws Exception {
        try (Generator plain = Avatars.load();
                Generator edited = plain.with(Avatars.patch(plain, "layer5", 3), 0.7)) {
            byte[] file = written(edited);
            for (int n : new int[] {1, 3}) {
                Inputs inputs = plain.sample(n, 5);
                INDArray expected = edited.generate(inputs);
                INDArray drawn = OnnxReference.run(file, inputs.arrays());
                assertThat(deviation(drawn, expected)).isLessThan(1e-4);
                assertThat(deviation(drawn, plain.generate(inputs))).isGreaterThan(1e-2);
            }
        }
    }

    @Test
    void aTruncationIsAnInputUnlessItIsFixed() throws Exception {
        try (Generator plain = Avatars.load()) {
            TreeMap<String, INDArray> half = new TreeMap<>(plain.sample(2, 5).arrays());
            half.put("truncation", Nd4j.valueArrayOf(new long[] {2, 1}, 0.5, DataType.FLOAT));
            INDArray expected = plain.generate(Inputs.of(half));
            assertThat(deviation(OnnxReference.run(written(plain), half), expected))
                    .isLessThan(1e-4);
            Path file = folder.resolve("fixed.onnx");
            OnnxExport.of(plain).truncated(0.5).write(file);
            half.remove("truncation");
            assertThat(deviation(OnnxReference.run(Files.readAllBytes(file), half), expected))
                    .isLessThan(1e-4);
        }
    }

    @Test
    void noiseBlurAndSkipsAreTranslated() throws Exception {
        try (Generator generator = StyleGan2.load(golden());
                Generator edited = generator.with(patch(generator))) {
            Inputs inputs = generator.sample(3, 2);
            INDArray drawn = OnnxReference.run(written(edited), inputs.arrays());
            assertThat(deviation(drawn, edited.generate(inputs))).isLessThan(1e-4);
        }
    }

    private static Patch patch(Generator generator) {
        return Avatars.patch(generator, generator.layers().get(2).name(), 1);
    }

    @Test
    void halfPrecisionHalvesTheFileAndChangesPicturesLittle() throws Exception {
        try (Generator plain = Avatars.load()) {
            Path whole = folder.resolve("whole.onnx");
            Path half = folder.resolve("half.onnx");
            OnnxExport.of(plain).write(whole);
            OnnxExport.of(plain).halfPrecision().write(half);
            assertThat(Files.size(half)).isBetween(Files.size(whole) * 45 / 100, Files.size(whole) * 55 / 100);
            Inputs inputs = plain.sample(2, 5);
            INDArray drawn = OnnxReference.run(Files.readAllBytes(half), inputs.arrays());
            assertThat(deviation(drawn, plain.generate(inputs))).isBetween(1e-7, 2e-2);
        }
    }

    @Test
    void plainNetworksOfOtherLayersAreTranslated() throws Exception {
        SameDiff graph = SameDiff.create();
        SDVariable z = graph.placeHolder("z", DataType.FLOAT, -1, 4);
        SDVariable x = graph.reshape(z.mmul(graph.constant("dense", Avatars.random(1, 4, 48))), -1, 3, 4, 4);
        x = graph.nn.leakyRelu(x, 0.2);
        x = graph.cnn.deconv2d(
                x,
                graph.constant("up", Avatars.random(2, 4, 4, 6, 3)),
                DeConv2DConfig.builder()
                        .kH(4)
                        .kW(4)
                        .sH(2)
                        .sW(2)
                        .isSameMode(true)
                        .dataFormat("NCHW")
                        .build());
        x = graph.nn.relu(x, 0);
        x = graph.cnn.maxPooling2d(
                x,
                Pooling2DConfig.builder()
                        .kH(2)
                        .kW(2)
                        .sH(1)
                        .sW(1)
                        .paddingMode(org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode.SAME)
                        .isNHWC(false)
                        .build());
        x = graph.cnn.conv2d(
                x,
                graph.constant("flat", Avatars.random(3, 3, 3, 6, 3)),
                graph.constant("flat.bias", Avatars.random(4, 3)),
                Conv2DConfig.builder()
                        .kH(3)
                        .kW(3)
                        .sH(1)
                        .sW(1)
                        .paddingMode(PaddingMode.SAME)
                        .dataFormat("NCHW")
                        .build());
        graph.math.tanh("picture", x.mul(0.1));
        try (Generator generator =
                SameDiffGenerator.of(graph).input("z", 4).output("picture").build()) {
            Inputs inputs = generator.sample(3, 2);
            assertThat(deviation(OnnxReference.run(written(generator), inputs.arrays()), generator.generate(inputs)))
                    .isLessThan(1e-4);
        }
    }

    @Test
    void anOperationWithoutTranslationIsNamedAndNothingIsWritten() {
        SameDiff graph = SameDiff.create();
        SDVariable z = graph.placeHolder("z", DataType.FLOAT, -1, 3, 8, 8);
        SDVariable w = graph.constant("w", Avatars.random(1, 1, 1, 3, 3));
        SDVariable x = graph.cnn.conv2d(
                z, w, Conv2DConfig.builder().kH(1).kW(1).dataFormat("NCHW").build());
        graph.math.asinh("picture", x);
        Path file = folder.resolve("net.onnx");
        try (Generator generator = SameDiffGenerator.of(graph)
                .input("z", 3, 8, 8)
                .output("picture")
                .build()) {
            assertThatThrownBy(() -> OnnxExport.of(generator).write(file))
                    .isInstanceOf(RewriteException.class)
                    .hasMessageContaining("asinh")
                    .hasMessageContaining("picture");
        }
        assertThat(file).doesNotExist();
    }
}
