package io.github.rewrite4j.samediff.generator.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.generator.PictureSampler;
import io.github.rewrite4j.samediff.generator.PixelRange;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Whole networks as their exporters write them, with random weights. */
class OnnxGeneratorTest {
    private static Path written(Path folder, Net net) throws Exception {
        return Files.write(folder.resolve("net.onnx"), net.file());
    }

    private static PictureSampler pictures(int height, int width) {
        return new PictureSampler(
                "content",
                20,
                i -> {
                    Nd4j.getRandom().setSeed(i);
                    return Nd4j.rand(DataType.FLOAT, 3, height, width).muli(2).subi(1);
                },
                "random");
    }

    @Test
    void aDcganDrawsWhatOnnxRuntimeDrawsForEveryBatch(@TempDir Path folder) throws Exception {
        Net net = Networks.dcgan();
        try (Generator generator = OnnxGenerator.load(written(folder, net))) {
            for (int batch : new int[] {1, 3, 16}) {
                Inputs inputs = generator.sample(batch, 1);
                assertThat(generator
                                .generate(inputs)
                                .sub(OnnxReference.run(net.file(), inputs.arrays()))
                                .amaxNumber()
                                .doubleValue())
                        .isLessThan(1e-4);
            }
        }
    }

    @Test
    void layersAreCalledAsInTheFile(@TempDir Path folder) throws Exception {
        try (Generator generator = OnnxGenerator.load(written(folder, Networks.dcgan()))) {
            assertThat(generator.layers()).extracting(Layer::name).containsExactly("main.0", "main.3", "main.6");
        }
    }

    @Test
    void aLayerOfAPainterIsRewritten(@TempDir Path folder) throws Exception {
        Path file = written(folder, Networks.painter(12, 12));
        try (Generator generator =
                OnnxGenerator.open(file).pictures(pictures(12, 12)).build()) {
            assertThat(generator.layers()).extracting(Layer::name).containsExactly("conv1", "res", "out");
            Region spot = Region.ellipse(8, 8, 4, 4);
            Edit edit = Edit.copy(Sample.of(3), spot).pasteInto(Sample.range(1, 10, 14), spot);
            Rewrite rewrite = LowRankRewrite.rank(4).rewrite(generator.memory("res"), edit);
            try (Generator rewritten = generator.with(rewrite.patch())) {
                Inputs inputs = generator.sample(4, 9);
                INDArray change = rewritten.generate(inputs).sub(generator.generate(inputs));
                assertThat(change.amaxNumber().doubleValue()).isGreaterThan(0.01);
            }
        }
    }

    @Test
    void aPainterOfFreeSizeAsksForItOnce(@TempDir Path folder) throws Exception {
        Path file = written(folder, Networks.painter(0, 0));
        assertThatThrownBy(() ->
                        OnnxGenerator.open(file).pictures(pictures(12, 10)).build())
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("size(...)");
        assertThatThrownBy(() -> OnnxGenerator.load(file))
                .hasMessageContaining("'content' seems to be a picture")
                .hasMessageContaining("pictures(...)");
        try (Generator painter =
                OnnxGenerator.open(file).pictures(pictures(12, 10)).size(12, 10).build()) {
            Inputs inputs = painter.sample(3, 2);
            INDArray content = inputs.get("content");
            INDArray expected = OnnxReference.run(
                    Networks.painter(12, 10).file(),
                    Map.of("content", content.mul(0.5).add(0.5)));
            assertThat(painter.generate(inputs)
                            .sub(expected.mul(2).sub(1))
                            .amaxNumber()
                            .doubleValue())
                    .isLessThan(2e-4);
        }
    }

    @Test
    void aBatchThatTheFileFixesIsFreeAfterAll(@TempDir Path folder) throws Exception {
        Net net = Net.opset(13)
                .fixedInput("z", 1, 6)
                .weight("w", 6, 48)
                .then("MatMul", "w")
                .wholes("to", 1, 3, 4, 4)
                .then("Reshape", "to")
                .then("Tanh");
        try (Generator generator = OnnxGenerator.load(written(folder, net))) {
            Inputs inputs = generator.sample(3, 1);
            INDArray images = generator.generate(inputs);
            for (int i = 0; i < 3; i++) {
                INDArray one = OnnxReference.run(
                        net.file(), Map.of("z", inputs.get("z").getRow(i).reshape(1, 6)));
                assertThat(images.slice(i).sub(one.slice(0)).amaxNumber().doubleValue())
                        .isLessThan(1e-5);
            }
        }
    }

    @Test
    void picturesWithTheChannelsLastComeOutInOrder(@TempDir Path folder) throws Exception {
        Net net = Net.opset(13)
                .input("z", 6)
                .weight("w", 6, 60)
                .then("MatMul", "w")
                .wholes("to", -1, 4, 5, 3)
                .then("Reshape", "to")
                .then("Sigmoid");
        try (Generator generator = OnnxGenerator.load(written(folder, net))) {
            Inputs inputs = generator.sample(2, 1);
            INDArray expected = OnnxReference.run(net.file(), inputs.arrays()).permute(0, 3, 1, 2);
            assertThat(generator.spec())
                    .satisfies(spec -> assertThat(List.of(spec.imageChannels(), spec.imageHeight(), spec.imageWidth()))
                            .containsExactly(3, 4, 5));
            assertThat(generator
                            .generate(inputs)
                            .sub(expected.mul(2).sub(1))
                            .amaxNumber()
                            .doubleValue())
                    .isLessThan(1e-5);
        }
    }

    @Test
    void anUnknownOperatorIsNamedWithItsNodeBeforeAnythingIsBuilt(@TempDir Path folder) throws Exception {
        Net net = Networks.dcgan().then("Loop").then("NonMaxSuppression").then("Tanh");
        assertThatThrownBy(() -> OnnxGenerator.load(written(folder, net)))
                .isInstanceOf(RewriteException.class)
                .hasMessageContainingAll("Loop 'Loop_", "NonMaxSuppression", "2 nodes depend");
    }

    @Test
    void whatBlackAndWhiteAreIsNeverGuessedOfAPainter(@TempDir Path folder) throws Exception {
        Net net = Net.opset(13)
                .input("content", 3, 6, 6)
                .weight("w", 3, 3, 3, 3)
                .then("Conv", List.of("w"), a -> a.wholes("pads", 1, 1, 1, 1));
        Path file = written(folder, net);
        assertThatThrownBy(
                        () -> OnnxGenerator.open(file).pictures(pictures(6, 6)).build())
                .hasMessageContaining("pixels(PixelRange.SYMMETRIC)");
        try (Generator generator = OnnxGenerator.open(file)
                .pictures(pictures(6, 6))
                .pixels(PixelRange.BYTES)
                .build()) {
            assertThat(generator.layers()).extracting(Layer::name).containsExactly("w");
        }
    }
}
