package io.github.rewrite4j.samediff.generator.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.PictureSampler;
import io.github.rewrite4j.samediff.generator.PixelRange;
import io.github.rewrite4j.samediff.generator.export.StateDict;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Networks that PyTorch itself exported ({@code make_networks.py}), drawn as ONNX Runtime draws them, and rewritten. */
class PyTorchNetworksTest {
    private static final int SIDE = 24;

    @TempDir
    private Path folder;

    private static Path path(String name) {
        try {
            return Path.of(Objects.requireNonNull(PyTorchNetworksTest.class.getResource("/onnx/" + name), name)
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Pictures of slanted bars, which hold structure of every scale. */
    private static PictureSampler pictures(int channels) {
        return new PictureSampler(
                "input",
                40,
                i -> {
                    float[] numbers = new float[channels * SIDE * SIDE];
                    for (int p = 0; p < numbers.length; p++) {
                        int x = p % SIDE;
                        int y = p / SIDE % SIDE;
                        int c = p / SIDE / SIDE;
                        numbers[p] = (float) (0.9 * Math.sin(0.3 * (i + 1) * x + 0.1 * (c + 1) * y * (i % 5 + 1)));
                    }
                    return Nd4j.create(numbers, new long[] {channels, SIDE, SIDE}, 'c');
                },
                "bars");
    }

    private static OnnxGenerator painter(String name) throws Exception {
        return OnnxGenerator.open(path(name))
                .pictures(pictures(3))
                .size(SIDE, SIDE)
                .pixels(PixelRange.BYTES);
    }

    private static OnnxGenerator enlarger(String name, int channels) throws Exception {
        return OnnxGenerator.open(path(name))
                .pictures(pictures(channels))
                .size(SIDE, SIDE)
                .pixels(PixelRange.UNIT);
    }

    private static INDArray inRange(INDArray array, PixelRange range, boolean in) {
        return switch (range) {
            case SYMMETRIC -> array;
            case UNIT -> in ? array.mul(0.5).addi(0.5) : array.mul(2).subi(1);
            case BYTES -> in ? array.add(1).muli(127.5) : array.div(127.5).subi(1);
        };
    }

    private static void requireSame(Generator generator, Path file, PixelRange range, int... batches) throws Exception {
        for (int batch : batches) {
            Inputs inputs = generator.sample(batch, 3);
            TreeMap<String, INDArray> fed = new TreeMap<>(inputs.arrays());
            if (fed.containsKey("input")) {
                fed.put("input", inRange(fed.get("input"), range, true));
            }
            INDArray expected = OnnxReference.run(Files.readAllBytes(file), fed);
            INDArray drawn = generator.generate(inputs);
            double size = Math.max(1, expected.amaxNumber().doubleValue());
            assertThat(inRange(drawn, range, true).sub(expected).amaxNumber().doubleValue() / size)
                    .as("%s, batch %s", file.getFileName(), batch)
                    .isLessThan(1e-4);
        }
    }

    /** The patched network in the file that it came from draws the same in ONNX Runtime. */
    private void requireWritten(Generator edited, Path file, PixelRange range) throws Exception {
        Path target = folder.resolve("edited.onnx");
        OnnxInitialisers.write(file, edited, target);
        requireSame(edited, target, range, 2);
    }

    private static double effect(Generator edited, Generator generator) {
        Inputs inputs = generator.sample(2, 9);
        return edited.generate(inputs)
                .sub(generator.generate(inputs))
                .amaxNumber()
                .doubleValue();
    }

    private void copyAndPaste(Generator generator, String layer, Region spot, Path file, PixelRange range)
            throws Exception {
        Edit edit = Edit.copy(Sample.of(3), spot).pasteInto(Sample.range(1, 10, 13), spot);
        Rewrite rewrite =
                LowRankRewrite.rank(3).statistics(40, 1).evaluatedOn(4, 2).rewrite(generator.memory(layer), edit);
        assertThat(rewrite.report().lossAfter())
                .as(layer)
                .isLessThan(0.9 * rewrite.report().lossBefore());
        try (Generator edited = generator.with(rewrite.patch())) {
            assertThat(effect(edited, generator)).isGreaterThan(1e-3);
            requireWritten(edited, file, range);
        }
    }

    private void fromPicture(Generator generator, String layer, Path file, PixelRange range) throws Exception {
        int side = generator.spec().imageHeight();
        Exemplar disc = Exemplar.of(
                Nd4j.ones(DataType.FLOAT, 3, side, side).muli(0.3),
                // Networks of convolutions do not know where they are: the object covers most of the picture.
                Region.ellipse(side / 2.0, side / 2.0, side / 2.1, side / 2.1));
        AssociativeMemory memory = generator.memory(layer);
        Rewrite rewrite = OutOfDomainRewrite.inImages()
                .steps(25)
                .rate(generator.sample(1, 1).arrays().containsKey("input") ? 0.02 : 0.3)
                .batch(2, 0)
                .evaluatedOn(List.of(), 0, 2)
                .rewrite(memory, ExemplarEdit.of(disc).shownOn(Sample.range(1, 0, 2)));
        assertThat(rewrite.report().lossAfter())
                .as(layer)
                .isLessThan(rewrite.report().lossBefore());
        try (Generator edited = generator.with(rewrite.patch())) {
            assertThat(effect(edited, generator)).isGreaterThan(1e-3);
            requireWritten(edited, file, range);
        }
    }

    @Test
    void aDcganIsRewrittenAndGoesBackIntoBothOfItsFiles() throws Exception {
        Path file = path("dcgan11.onnx");
        try (Generator generator = OnnxGenerator.load(file)) {
            requireSame(generator, file, PixelRange.SYMMETRIC, 1, 3, 16);
            assertThat(generator.layers())
                    .extracting(Layer::name)
                    .containsExactly("main.0", "main.3", "main.6", "main.9");
            for (Layer layer : generator.layers()) {
                assertThat(generator.memory(layer.name()).form())
                        .as(layer.name())
                        .isPresent();
            }
            copyAndPaste(generator, "main.3", Region.ellipse(16, 14, 8, 7), file, PixelRange.SYMMETRIC);
            fromPicture(generator, "main.6", file, PixelRange.SYMMETRIC);
            Rewrite rewrite = LowRankRewrite.rank(1)
                    .statistics(40, 1)
                    .evaluatedOn(0, 2)
                    .rewrite(
                            generator.memory("main.6"),
                            Edit.copy(Sample.of(3), Region.ellipse(16, 14, 8, 7))
                                    .pasteInto(Sample.of(4), Region.ellipse(16, 14, 8, 7)));
            try (Generator edited = generator.with(rewrite.patch())) {
                Path torch = folder.resolve("edited.pt");
                StateDict.of(path("dcgan11.pt"), edited).writeTorch(torch);
                try (TensorSource before = TensorSource.open(path("dcgan11.pt"));
                        TensorSource after = TensorSource.open(torch)) {
                    assertThat(after.names()).containsExactlyInAnyOrderElementsOf(before.names());
                    for (String name : before.names()) {
                        assertThat(after.load(name).equals(before.load(name)))
                                .as(name)
                                .isEqualTo(!name.equals("main.6.weight"));
                    }
                }
            }
        }
    }

    @Test
    void paintersOfStyles() throws Exception {
        Path file = path("painter11.onnx");
        try (Generator painter = painter("painter11.onnx").build()) {
            requireSame(painter, file, PixelRange.BYTES, 1, 3);
            copyAndPaste(painter, "res1.conv2.conv2d", Region.ellipse(12, 12, 5, 5), file, PixelRange.BYTES);
            fromPicture(painter, "deconv3.conv2d", file, PixelRange.BYTES);
        }
        Path free = path("painter13-free.onnx");
        try (Generator painter = painter("painter13-free.onnx").build()) {
            requireSame(painter, free, PixelRange.BYTES, 2);
            fromPicture(painter, "deconv3.conv2d", free, PixelRange.BYTES);
        }
        assertThatThrownBy(() -> OnnxGenerator.open(free).pictures(pictures(3)).build())
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("size(...)");
    }

    @Test
    void enlargersOfPictures() throws Exception {
        Path espcn = path("espcn13-free.onnx");
        try (Generator generator = enlarger("espcn13-free.onnx", 1).build()) {
            requireSame(generator, espcn, PixelRange.UNIT, 1, 3);
            copyAndPaste(generator, "conv2", Region.ellipse(24, 24, 9, 9), espcn, PixelRange.UNIT);
            fromPicture(generator, "conv3", espcn, PixelRange.UNIT);
        }
        Path residual = path("srresnet17-free.onnx");
        try (Generator generator = enlarger("srresnet17-free.onnx", 3).build()) {
            requireSame(generator, residual, PixelRange.UNIT, 1, 3);
            copyAndPaste(generator, "block7.0", Region.ellipse(24, 24, 9, 9), residual, PixelRange.UNIT);
            fromPicture(generator, "block8", residual, PixelRange.UNIT);
        }
    }

    @Test
    void decodersOfClasses() throws Exception {
        Path embedded = path("decoder13.onnx");
        assertThatThrownBy(() -> OnnxGenerator.load(embedded))
                .isInstanceOf(RewriteException.class)
                .hasMessageContainingAll("'label'", "classes(...)");
        try (Generator generator =
                OnnxGenerator.open(embedded).classes("label", 5).build()) {
            assertThat(generator.sample(40, 1).get("label").toFloatVector()).contains(0, 1, 2, 3, 4);
            requireSame(generator, embedded, PixelRange.UNIT, 1, 3);
            copyAndPaste(generator, "up1", Region.ellipse(8, 8, 4, 4), embedded, PixelRange.UNIT);
            fromPicture(generator, "up1", embedded, PixelRange.UNIT);
        }
        Path marked = path("decoder17-onehot.onnx");
        try (Generator generator =
                OnnxGenerator.open(marked).classes("label", 5).build()) {
            assertThat(generator.sample(3, 1).get("label").sumNumber().doubleValue())
                    .isEqualTo(3);
            requireSame(generator, marked, PixelRange.UNIT, 1, 3);
            copyAndPaste(generator, "fc", Region.ellipse(8, 8, 4, 4), marked, PixelRange.UNIT);
        }
        assertThatThrownBy(() -> OnnxGenerator.open(marked).classes("label", 4))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("[N, 4]");
    }
}
