package io.github.rewrite4j.samediff.generator.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Patches as pairs of factors, and patches found between two checkpoints. */
class PatchExchangeTest {
    @TempDir
    private Path folder;

    private static double relative(INDArray actual, INDArray expected) {
        return actual.sub(expected).norm2Number().doubleValue()
                / expected.norm2Number().doubleValue();
    }

    @Test
    void pairsMultiplyToTheChangeAndComeBackAtThePatchesOwnRank() throws Exception {
        Path file = folder.resolve("pairs.safetensors");
        try (Generator plain = Avatars.load()) {
            Patch patch = Avatars.patch(plain, "layer5", 1);
            LowRankPairs.write(patch, file);
            WeightDelta delta = patch.deltas().get(0);
            String name = delta.weight().replaceFirst("\\.weight$", "");
            try (SafeTensors tensors = SafeTensors.open(file)) {
                INDArray down = tensors.loadAs(name + ".lora_down.weight", DataType.DOUBLE);
                INDArray up = tensors.loadAs(name + ".lora_up.weight", DataType.DOUBLE);
                int rank = (int) down.size(0);
                // Two directions of three by three taps.
                assertThat(rank).isBetween(2, 18);
                assertThat(up.shape()).containsExactly(delta.shape().out(), rank, 1, 1);
                assertThat(down.shape()).containsExactly(rank, delta.shape().in(), 3, 3);
                assertThat(tensors.load(name + ".alpha").getDouble(0)).isEqualTo(rank);
                assertThat(tensors.metadata())
                        .containsEntry("generator", patch.baseFingerprint())
                        .containsEntry("rank." + name, String.valueOf(rank));
                assertThat(tensors.names())
                        .containsExactlyInAnyOrder(
                                name + ".lora_down.weight", name + ".lora_up.weight", name + ".alpha");
                INDArray product = up.reshape(up.size(0), rank).mmul(down.reshape(rank, -1));
                INDArray dense = delta.toDense().reshape(up.size(0), -1);
                assertThat(relative(product, dense)).isLessThan(1e-6);
            }
            Patch back = LowRankPairs.read(file);
            assertThat(back.notes()).isEqualTo(patch.notes());
            assertThat(back.baseFingerprint()).isEqualTo(patch.baseFingerprint());
            assertThat(back.deltas().get(0).rank()).isEqualTo(2);
            assertThat(relative(back.deltas().get(0).toDense(), delta.toDense()))
                    .isLessThan(1e-6);
        }
    }

    @Test
    void pairsOfOtherToolsAreReadWithTheirScale() throws Exception {
        Path file = folder.resolve("foreign.safetensors");
        INDArray down = Avatars.random(1, 2, 5, 3, 3);
        INDArray up = Avatars.random(2, 4, 2, 1, 1);
        new SafeTensorsWriter()
                .add("conv1.lora_down.weight", down)
                .add("conv1.lora_up.weight", up)
                .add("conv1.alpha", new float[] {1})
                .write(file);
        assertThatThrownBy(() -> LowRankPairs.read(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("fingerprint");
        WeightDelta delta = LowRankPairs.read(file, "f".repeat(64)).deltas().get(0);
        assertThat(delta.weight()).isEqualTo("conv1.weight");
        INDArray expected = up.reshape(4, 2).mmul(down.reshape(2, -1)).mul(0.5);
        assertThat(relative(delta.toDense().reshape(4, -1), expected.castTo(DataType.DOUBLE)))
                .isLessThan(1e-6);
    }

    @Test
    void factorsThatDoNotFitAreRefused() throws Exception {
        Path file = folder.resolve("wrong.safetensors");
        new SafeTensorsWriter()
                .add("conv1.lora_down.weight", Avatars.random(1, 2, 5, 3, 3))
                .add("conv1.lora_up.weight", Avatars.random(2, 4, 3, 1, 1))
                .write(file);
        assertThatThrownBy(() -> LowRankPairs.read(file, "f".repeat(64)))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("lora_down");
    }

    @Test
    void aLowRankPatchIsFoundBetweenTwoCheckpointsWithItsRank() throws Exception {
        Path file = folder.resolve("edited.safetensors");
        try (Generator plain = Avatars.load()) {
            Patch patch = Avatars.patch(plain, "layer5", 1);
            try (Generator edited = plain.with(patch)) {
                StateDict.of(Avatars.file(), edited).writeSafeTensors(file);
                try (Generator other = StyleGan2.load(file)) {
                    PatchExtraction found = PatchExtraction.between(plain, other);
                    assertThat(found.isWhole()).isTrue();
                    assertThat(found.patch().deltas()).singleElement().satisfies(delta -> {
                        assertThat(delta.weight()).isEqualTo("layer5.conv.weight");
                        assertThat(delta.rank()).isEqualTo(2);
                    });
                    Inputs inputs = plain.sample(2, 3);
                    try (Generator again = plain.with(found.patch())) {
                        assertThat(relative(again.generate(inputs), other.generate(inputs)))
                                .isLessThan(1e-5);
                    }
                }
            }
        }
    }

    @Test
    void aChangeInFullIsFoundInFullAndWhatPatchesDoNotChangeIsSaid() throws Exception {
        try (Generator plain = Avatars.load()) {
            String weight = plain.layers().get(3).weight();
            INDArray noise = Avatars.random(
                            4,
                            plain.layers().get(3).weightShape().out(),
                            plain.layers().get(3).weightShape().in(),
                            3,
                            3)
                    .mul(0.01);
            Patch dense =
                    new Patch(plain.spec().baseFingerprint(), List.of(new WeightDelta.Dense(weight, noise)), Map.of());
            try (Generator changed = plain.with(dense)) {
                PatchExtraction found = PatchExtraction.between(plain, changed);
                assertThat(found.patch().deltas()).singleElement().isInstanceOf(WeightDelta.Dense.class);
                assertThat(found.isWhole()).isTrue();
                assertThatThrownBy(() -> PatchExtraction.between(changed, plain))
                        .isInstanceOf(RewriteException.class)
                        .hasMessageContaining("without them");
            }
            assertThatThrownBy(() -> PatchExtraction.between(plain, plain)).hasMessageContaining("equal");
        }
    }
}
