package io.github.rewrite4j.samediff.generator.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.generator.export.onnx.OnnxExport;
import io.github.rewrite4j.samediff.generator.nvidia.NvidiaGolden;
import io.github.rewrite4j.samediff.generator.onnx.OnnxReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What comes in as NVIDIA's pickles and as the model zoo's Progressive GANs goes out again. */
class PublishedCheckpointsExportTest {
    @TempDir
    private Path folder;

    private static Patch patch(Generator generator) {
        return Avatars.patch(generator, generator.layers().get(2).name(), 1);
    }

    private static double deviation(INDArray actual, INDArray expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        return actual.sub(expected).amaxNumber().doubleValue()
                / expected.amaxNumber().doubleValue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nv_sg2ada.pkl",
                "nv_sg2ada_cond.pkl",
                "nv_sg3t.pkl",
                "nv_sg3r_cond.pkl",
                "proggan_zip.pth",
                "proggan_legacy.pth",
                "proggan_oldnames.pth"
            })
    void everyTensorKeepsItsNameAndOnlyThePatchedOneChanges(String name) throws Exception {
        Path base = NvidiaGolden.path(name);
        try (Generator generator = GeneratorFamilies.installed().open(base);
                Generator edited = generator.with(patch(generator))) {
            StateDict dict = StateDict.of(base, edited);
            Path torch = folder.resolve("edited.pt");
            Path flat = folder.resolve("edited.safetensors");
            dict.writeTorch(torch);
            dict.writeSafeTensors(flat);
            assertThat(dict.changed()).hasSize(1);
            String changed = dict.changed().iterator().next();
            INDArray delta = edited.patches().get(0).patch().deltas().get(0).toDense();
            for (Path file : new Path[] {torch, flat}) {
                try (TensorSource before = TensorSource.open(base);
                        TensorSource after = TensorSource.open(file)) {
                    INDArray moved = after.load(changed).sub(before.load(changed));
                    assertThat(deviation(moved.castTo(delta.dataType()), delta)).isLessThan(1e-4);
                    assertThat(new TreeSet<>(after.names())).isEqualTo(new TreeSet<>(before.names()));
                    for (String tensor : before.names()) {
                        assertThat(after.load(tensor).equals(before.load(tensor)))
                                .as(tensor)
                                .isEqualTo(!tensor.equals(changed));
                    }
                }
            }
            Path part = folder.resolve("part.pt");
            dict.changedOnly().writeTorch(part);
            try (TensorSource only = TensorSource.open(part)) {
                assertThat(only.names()).containsExactly(changed);
            }
            if (!name.contains("sg3") && !name.contains("cond")) {
                try (Generator again = GeneratorFamilies.installed().open(torch)) {
                    Inputs inputs = edited.sample(2, 3);
                    assertThat(deviation(again.generate(inputs), edited.generate(inputs)))
                            .isLessThan(1e-5);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nv_sg2ada.pkl",
                "nv_sg2ada_cond.pkl",
                "nv_sg2_sg3repo.pkl",
                "nv_sg3t.pkl",
                "nv_sg3r_cond.pkl",
                "proggan_zip.pth"
            })
    void onnxRuntimeDrawsTheSamePictures(String name) throws Exception {
        try (Generator generator = GeneratorFamilies.installed().open(NvidiaGolden.path(name));
                Generator edited = generator.with(patch(generator))) {
            Path file = folder.resolve("edited.onnx");
            OnnxExport.of(edited).write(file);
            Path half = folder.resolve("half.onnx");
            OnnxExport.of(edited).halfPrecision().write(half);
            for (int batch : new int[] {1, 3}) {
                TreeMap<String, INDArray> inputs =
                        new TreeMap<>(edited.sample(batch, 3).arrays());
                INDArray expected = edited.generate(Inputs.of(inputs));
                assertThat(deviation(OnnxReference.run(Files.readAllBytes(file), inputs), expected))
                        .isLessThan(1e-4);
                assertThat(deviation(OnnxReference.run(Files.readAllBytes(half), inputs), expected))
                        .isBetween(1e-7, 3e-2);
            }
        }
    }
}
