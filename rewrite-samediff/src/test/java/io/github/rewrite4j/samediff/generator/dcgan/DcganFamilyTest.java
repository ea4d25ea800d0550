package io.github.rewrite4j.samediff.generator.dcgan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.closedform.RidgeUpdate;
import io.github.rewrite4j.samediff.generator.export.StateDict;
import io.github.rewrite4j.samediff.generator.export.onnx.OnnxExport;
import io.github.rewrite4j.samediff.generator.onnx.OnnxReference;
import io.github.rewrite4j.samediff.strategy.ClosedFormRewrite;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import io.github.rewrite4j.testkit.AssociativeMemoryContract;
import io.github.rewrite4j.testkit.GeneratorContract;
import io.github.rewrite4j.testkit.GeneratorFamilyContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Plain convolutional generators, the one of PyTorch's tutorial among them, which PyTorch itself saved and exported. */
class DcganFamilyTest {
    @TempDir
    private Path folder;

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(DcganFamilyTest.class.getResource("/onnx/" + name), name)
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Generator tutorial() {
        try {
            return Dcgan.load(resource("dcgan11.pt"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The file with other names. */
    private static Path renamed(Path into, UnaryOperator<String> names) throws IOException {
        Map<String, INDArray> tensors = new TreeMap<>();
        try (TensorSource file = TensorSource.open(resource("dcgan11.pt"))) {
            for (String name : file.names()) {
                String other = names.apply(name);
                if (!other.isEmpty()) {
                    tensors.put(other, file.load(name));
                }
            }
        }
        SafeTensors.write(into, tensors, Map.of());
        return into;
    }

    private static void requireSame(INDArray actual, INDArray expected) {
        assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-4);
    }

    @Nested
    class AsAFamily extends GeneratorFamilyContract {
        @Override
        protected GeneratorFamily family() {
            return new DcganFamily();
        }

        @Override
        protected Path write(Path into) throws IOException {
            return Files.copy(resource("dcgan11.pt"), into.resolve("dcgan.pt"));
        }

        @Override
        protected Path writeNearMiss(Path into) throws IOException {
            return renamed(into.resolve("near.safetensors"), name -> name.equals("main.4.running_var") ? "" : name);
        }
    }

    @Nested
    class AsAGenerator extends GeneratorContract {
        @Override
        protected Generator open() {
            return tutorial();
        }
    }

    @Nested
    class AsAMemory extends AssociativeMemoryContract {
        @Override
        protected Generator open() {
            return tutorial();
        }

        @Override
        protected String layer() {
            return "main.3";
        }
    }

    @Test
    void drawsWhatPyTorchExportedAndSoDoItsExports() throws Exception {
        Region spot = Region.ellipse(16, 14, 8, 7);
        Edit edit = Edit.copy(Sample.of(3), spot).pasteInto(Sample.range(1, 10, 14), spot);
        try (Generator generator = tutorial()) {
            assertThat(generator.layers())
                    .extracting(Layer::name)
                    .containsExactly("main.0", "main.3", "main.6", "main.9");
            for (int batch : new int[] {1, 3, 16}) {
                Inputs inputs = generator.sample(batch, 5);
                INDArray expected =
                        OnnxReference.run(Files.readAllBytes(resource("dcgan11.onnx")), Map.of("z", inputs.get("z")));
                requireSame(generator.generate(inputs), expected);
            }
            Rewrite rewrite = LowRankRewrite.rank(3)
                    .statistics(40, 1)
                    .evaluatedOn(4, 2)
                    .rewrite(generator.memory("main.6"), edit);
            assertThat(rewrite.report().lossAfter())
                    .isLessThan(0.9 * rewrite.report().lossBefore());
            try (Generator edited = generator.with(rewrite.patch())) {
                Inputs inputs = generator.sample(2, 9);
                INDArray drawn = edited.generate(inputs);
                assertThat(drawn.sub(generator.generate(inputs)).amaxNumber().doubleValue())
                        .isGreaterThan(1e-3);
                Path torch = folder.resolve("edited.pt");
                StateDict.of(resource("dcgan11.pt"), edited).writeTorch(torch);
                try (Generator reopened = Dcgan.load(torch)) {
                    requireSame(reopened.generate(inputs), drawn);
                }
                Path onnx = folder.resolve("edited.onnx");
                OnnxExport.of(edited).write(onnx);
                requireSame(OnnxReference.run(Files.readAllBytes(onnx), Map.of("z", inputs.get("z"))), drawn);
            }
        }
    }

    @Test
    void closedFormsSolveForItsLayers() {
        Region spot = Region.ellipse(16, 14, 8, 7);
        Edit edit = Edit.copy(Sample.of(3), spot).pasteInto(Sample.range(1, 10, 12), spot);
        try (Generator generator = tutorial()) {
            Rewrite rewrite = ClosedFormRewrite.onPatches(RidgeUpdate.of(0.1))
                    .statistics(32, 1)
                    .evaluatedOn(4, 2)
                    .rewrite(generator.memory("main.6"), edit);
            assertThat(rewrite.report().lossAfter()).isLessThan(rewrite.report().lossBefore());
        }
    }

    @Test
    void isFoundWhereverTrainingScriptsPutIt() throws Exception {
        Path plain = resource("dcgan11.pt");
        GeneratorEstimate estimate = Dcgan.estimate(plain);
        for (String place : new String[] {"module.", "netG.", "state_dict.module.", "generator.", "G_ema."}) {
            Path file = renamed(folder.resolve("nested.safetensors"), name -> place + name);
            assertThat(Dcgan.estimate(file)).isEqualTo(estimate);
            try (Generator nested = GeneratorFamilies.installed().open(file, LoadOptions.none());
                    Generator generator = tutorial()) {
                Inputs inputs = generator.sample(2, 1);
                requireSame(nested.generate(inputs), generator.generate(inputs));
            }
            Files.delete(file);
        }
    }

    @Test
    void oddKernelsDoubleTheirGridsToo() throws Exception {
        Map<String, INDArray> tensors = new TreeMap<>();
        long[][] shapes = {{6, 8, 4, 4}, {8, 5, 3, 3}, {5, 4, 5, 5}, {4, 3, 3, 3}};
        for (int i = 0; i < shapes.length; i++) {
            Nd4j.getRandom().setSeed(i);
            tensors.put(
                    "tconv" + (i + 1) + ".weight",
                    Nd4j.randn(DataType.FLOAT, shapes[i]).muli(0.2));
            tensors.put(
                    "tconv" + (i + 1) + ".bias",
                    Nd4j.randn(DataType.FLOAT, shapes[i][1]).muli(0.2));
        }
        Path file = folder.resolve("odd.safetensors");
        SafeTensors.write(file, tensors, Map.of());
        try (Generator generator = GeneratorFamilies.installed()
                .open(
                        file,
                        LoadOptions.none()
                                .with(DcganFamily.STRIDES, "1,2,2,1")
                                .with(DcganFamily.SLOPE, "0.2")
                                .with(DcganFamily.LAST, "sigmoid"))) {
            Inputs inputs = generator.sample(2, 1);
            INDArray expected = OnnxReference.run(OddNetwork.file(tensors), Map.of("z", inputs.get("z")));
            requireSame(generator.generate(inputs), expected.mul(2).sub(1));
        }
        assertThatThrownBy(() -> GeneratorFamilies.installed()
                        .open(file, LoadOptions.none().with(DcganFamily.STRIDES, "1,2")))
                .hasMessageContaining("strides");
    }
}
