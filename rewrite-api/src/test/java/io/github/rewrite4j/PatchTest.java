package io.github.rewrite4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PatchTest {
    private static final String BASE = "0123456789abcdef".repeat(4);

    @TempDir
    Path folder;

    private static INDArray numbers(long seed, long... shape) {
        int length = 1;
        for (long size : shape) {
            length *= (int) size;
        }
        Random random = new Random(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Nd4j.createFromArray(values).reshape('c', shape);
    }

    private static WeightDelta.LowRank lowRank(String weight) {
        return new WeightDelta.LowRank(weight, numbers(1, 4, 2, 3, 5), numbers(2, 2, 6));
    }

    private static Patch patch() {
        WeightDelta dense = new WeightDelta.Dense("b.weight", numbers(3, 2, 3, 1, 1));
        return new Patch(BASE, List.of(lowRank("a.weight"), dense), Map.of("layer", "a", "rank", "2"));
    }

    @Test
    void aSavedPatchIsLoadedAsTheSame() throws IOException {
        Patch patch = patch();
        Path file = folder.resolve("patch.safetensors");
        patch.save(file);
        Patch loaded = Patch.load(file);
        assertThat(loaded).isEqualTo(patch).hasSameHashCodeAs(patch);
        assertThat(loaded.id()).isEqualTo(patch.id()).matches("[0-9a-f]{64}");
        assertThat(loaded.baseFingerprint()).isEqualTo(BASE);
        assertThat(loaded.notes()).isEqualTo(patch.notes());
        for (int i = 0; i < 2; i++) {
            WeightDelta one = patch.deltas().get(i);
            WeightDelta other = loaded.deltas().get(i);
            assertThat(other.weight()).isEqualTo(one.weight());
            assertThat(other.toDense().data().asDouble())
                    .isEqualTo(one.toDense().data().asDouble());
        }
    }

    @Test
    void theIdDependsOnChangesAndGeneratorButNotOnNotes() {
        Patch patch = patch();
        assertThat(new Patch(BASE, patch.deltas(), Map.of())).isEqualTo(patch);
        assertThat(new Patch("f".repeat(64), patch.deltas(), Map.of())).isNotEqualTo(patch);
        assertThat(new Patch(BASE, patch.deltas().subList(0, 1), Map.of())).isNotEqualTo(patch);
    }

    @Test
    void aLowRankChangeIsTheSumOverItsDirections() {
        WeightDelta.LowRank delta = lowRank("w");
        INDArray dense = delta.toDense();
        assertThat(dense.shape()).containsExactly(4, 6, 3, 5);
        assertThat(dense.dataType()).isEqualTo(DataType.DOUBLE);
        assertThat(delta.shape()).isEqualTo(new WeightShape(4, 6, 3, 5));
        assertThat(delta.rank()).isEqualTo(2);
        assertThat(delta.size()).isEqualTo(4 * 2 * 15 + 12);
        for (int o = 0; o < 4; o++) {
            for (int i = 0; i < 6; i++) {
                for (int y = 0; y < 3; y++) {
                    for (int x = 0; x < 5; x++) {
                        double expected = 0;
                        for (int r = 0; r < 2; r++) {
                            expected += delta.left().getDouble(o, r, y, x)
                                    * delta.right().getDouble(r, i);
                        }
                        assertThat(dense.getDouble(o, i, y, x)).isCloseTo(expected, within(1e-12));
                    }
                }
            }
        }
    }

    @Test
    void aPatchDoesNotSeeLaterChangesOfItsArrays() {
        INDArray left = numbers(1, 4, 2, 3, 5);
        WeightDelta.LowRank delta = new WeightDelta.LowRank("w", left, numbers(2, 2, 6));
        WeightDelta.Dense dense = new WeightDelta.Dense("v", numbers(3, 1, 2, 3, 3));
        double[] before = delta.toDense().data().asDouble();
        double[] denseBefore = dense.toDense().data().asDouble();
        left.muli(2);
        delta.left().muli(2);
        delta.right().muli(2);
        delta.toDense().muli(2);
        dense.delta().muli(2);
        dense.toDense().muli(2);
        assertThat(delta.toDense().data().asDouble()).isEqualTo(before);
        assertThat(dense.toDense().data().asDouble()).isEqualTo(denseBefore);
    }

    @ParameterizedTest
    @CsvSource({"NaN", "Infinity", "1e39"})
    void aNumberThatIsNotFiniteInFloat32IsRefused(double bad) {
        INDArray right = numbers(2, 2, 6).castTo(DataType.DOUBLE);
        right.putScalar(1, 3, bad);
        assertThatThrownBy(() -> new WeightDelta.LowRank("w", numbers(1, 4, 2, 3, 3), right))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("'w'")
                .hasMessageContaining("not finite");
        assertThatThrownBy(() -> new WeightDelta.Dense("w", right.reshape(2, 6, 1, 1)))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("'w'");
    }

    @Test
    void misshapenChangesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WeightDelta.LowRank("w", numbers(1, 4, 2, 3, 3), numbers(2, 3, 6)))
                .withMessageContaining("[4, 2, 3, 3]")
                .withMessageContaining("[3, 6]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WeightDelta.Dense("w", numbers(1, 4, 2)))
                .withMessageContaining("[4, 2]");
    }

    @Test
    void aWeightIsChangedOnceAndSomethingIsChanged() {
        WeightDelta dense = new WeightDelta.Dense("a.weight", numbers(3, 4, 6, 3, 5));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Patch(BASE, List.of(lowRank("a.weight"), dense), Map.of()))
                .withMessageContaining("'a.weight' twice");
        assertThatIllegalArgumentException().isThrownBy(() -> new Patch(BASE, List.of(), Map.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Patch(BASE, List.of(dense), Map.of("kind", "mine")))
                .withMessageContaining("'kind'");
    }

    /** Saves a good patch, spoils it and loads it. */
    private void assertRefused(
            Map<String, String> metadata, Map<String, INDArray> more, List<String> less, String... says)
            throws IOException {
        Path file = folder.resolve("spoilt.safetensors");
        patch().save(file);
        Map<String, INDArray> tensors = new TreeMap<>();
        Map<String, String> facts;
        try (SafeTensors saved = SafeTensors.open(file)) {
            for (String name : saved.names()) {
                tensors.put(name, saved.load(name));
            }
            facts = new TreeMap<>(saved.metadata());
        }
        facts.putAll(metadata);
        tensors.putAll(more);
        less.forEach(tensors::remove);
        SafeTensors.write(file, tensors, facts);
        assertThatThrownBy(() -> Patch.load(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContainingAll(says);
    }

    @Test
    void spoiltFilesAreRefusedWithAReason() throws IOException {
        assertRefused(Map.of("kind", "covariance"), Map.of(), List.of(), "kind 'covariance'", "no patch");
        assertRefused(Map.of("format", "other"), Map.of(), List.of(), "format 'other'");
        assertRefused(Map.of("version", "2"), Map.of(), List.of(), "version '2'", "newer library");
        assertRefused(Map.of("generator", ""), Map.of(), List.of(), "fingerprint");
        assertRefused(Map.of(), Map.of(), List.of("a.weight/right"), "a.weight/right");
        assertRefused(Map.of(), Map.of(), List.of("a.weight/left"), "a.weight/right", "WEIGHT/left");
        assertRefused(Map.of(), Map.of("stray", numbers(1, 2)), List.of(), "'stray'");
        assertRefused(Map.of(), Map.of("a.weight/right", numbers(1, 3, 6)), List.of(), "[3, 6]");
        assertRefused(
                Map.of(),
                Map.of("b.weight/dense", Nd4j.valueArrayOf(new long[] {1, 1, 1, 1}, Float.NaN)),
                List.of(),
                "b.weight");
        assertRefused(Map.of(), Map.of("a.weight/dense", numbers(1, 4, 6, 3, 5)), List.of(), "'a.weight' twice");
        assertRefused(
                Map.of(),
                Map.of(),
                List.of("a.weight/left", "a.weight/right", "b.weight/dense"),
                "at least one weight");
    }

    @Test
    void aFileCutShortIsRefused() throws IOException {
        Path file = folder.resolve("short.safetensors");
        patch().save(file);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 5));
        assertThatThrownBy(() -> Patch.load(file)).isInstanceOf(FileFormatException.class);
    }

    private static MemorySpec memoryWith(List<AppliedPatch> patches) {
        GeneratorSpec generator = new GeneratorSpec("toy", "e".repeat(64), BASE, 3, 8, 8, 100);
        Layer layer = new Layer(
                "a",
                0,
                "a.weight",
                WeightShape.of(4, 6, 3, 5),
                new FeatureShape(6, 4, 4),
                new FeatureShape(4, 4, 4),
                1);
        return new MemorySpec(generator, patches, List.of(layer), "keys", "decoder");
    }

    @Test
    void whatIsLearntOnTopOfOthersFitsTheBaseAndNamesThem() throws IOException {
        Patch first = patch();
        Patch second = new Patch(BASE, List.of(lowRank("c.weight")), Map.of());
        List<AppliedPatch> inForce = List.of(
                new AppliedPatch(first, 0.1),
                new AppliedPatch(second, -0.5),
                new AppliedPatch(first, 0.2),
                new AppliedPatch(second, 0.5));
        Patch third = Patch.learntAt(memoryWith(inForce), List.of(lowRank("a.weight")), Map.of("layer", "a"));
        third.save(folder.resolve("third.safetensors"));
        Patch loaded = Patch.load(folder.resolve("third.safetensors"));
        assertThat(loaded.baseFingerprint()).isEqualTo(BASE);
        assertThat(loaded.notes()).containsEntry("layer", "a").containsKey("learntOn");
        assertThat(loaded.learntOn())
                .as("equal patches add up as decimal numbers, and what cancels out is not in force")
                .containsExactly(new PatchReference(first.id(), 0.3));
        assertThat(loaded.missingAmong(List.of(new AppliedPatch(loaded, 1), new AppliedPatch(first, 0.3))))
                .isEmpty();
        assertThat(loaded.missingAmong(List.of(new AppliedPatch(first, 1)))).hasSize(1);
        assertThat(loaded.missingAmong(List.of())).containsExactly(new PatchReference(first.id(), 0.3));
    }

    @Test
    void whatIsLearntOnTheGeneratorAloneNamesNone() {
        Patch alone = Patch.learntAt(memoryWith(List.of()), List.of(lowRank("a.weight")), Map.of());
        assertThat(alone.learntOn()).isEmpty();
        assertThat(alone.notes()).isEmpty();
        assertThat(alone.missingAmong(List.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"nothing", "''", "abc x 1.0", "ID x", "ID x 1.0;ID x 2", "ID x NaN", "ID x 0.0"})
    void aListOfEarlierPatchesThatIsNoneIsRefusedWhenLoaded(String list) throws IOException {
        Path file = folder.resolve("odd.safetensors");
        TreeMap<String, INDArray> tensors = new TreeMap<>(Map.of(
                "a.weight/left",
                lowRank("a.weight").left(),
                "a.weight/right",
                lowRank("a.weight").right()));
        SafeTensors.write(
                file,
                tensors,
                new TreeMap<>(Map.of(
                        "format",
                        "rewrite4j",
                        "version",
                        "1",
                        "kind",
                        "patch",
                        "generator",
                        BASE,
                        "learntOn",
                        list.replace("ID", "f".repeat(64)))));
        assertThatThrownBy(() -> Patch.load(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("odd.safetensors");
    }

    private Path file(String tensors, int bytes) throws IOException {
        byte[] header =
                ("{\"__metadata__\":{\"format\":\"rewrite4j\",\"version\":\"1\",\"kind\":\"patch\",\"generator\":\"x\"},"
                                + tensors + "}")
                        .getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + header.length + bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(header.length).put(header);
        return Files.write(folder.resolve("made.safetensors"), file.array());
    }

    private static String tensor(String name, String shape, int from, int to) {
        return "\"" + name + "\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":[" + from + "," + to
                + "]}";
    }

    @Test
    void aPatchOfRankZeroIsRefused() throws IOException {
        Path file = file(tensor("w/left", "[1,0,1,1]", 0, 0) + "," + tensor("w/right", "[0,5]", 0, 0), 0);
        assertThatThrownBy(() -> Patch.load(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("key 'w/left'", "rank of at least 1");
        Path huge = file(tensor("w/dense", "[1099511627776,0,1,1]", 0, 0), 0);
        assertThatThrownBy(() -> Patch.load(huge))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("rank of at least 1");
        assertThatThrownBy(() -> new WeightDelta.LowRank("w", Nd4j.empty(DataType.FLOAT), Nd4j.ones(1, 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPatchOfWhichAPartIsNotReadIsRefused() throws IOException {
        String foreign = tensor("v/dense", "[1,1,1,1]", 4, 12).replace("F32", "C64");
        Path file = file(tensor("w/dense", "[1,1,1,1]", 0, 4) + "," + foreign, 12);
        assertThatThrownBy(() -> Patch.load(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("key 'v/dense'", "type 'C64'", "not read");
    }

    @Test
    void patchesOfManyOrLongNamesAreRefusedInALine() throws IOException {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 50_000; i++) {
            many.append(i == 0 ? "" : ",").append(tensor("w" + i + "/dense", "[0,0,0,0]", 0, 0));
        }
        Path crowd = file(many.toString(), 0);
        assertThatThrownBy(() -> Patch.load(crowd))
                .isInstanceOf(FileFormatException.class)
                .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(400));
        Path named = file(tensor("w".repeat(100_000) + "/dense", "[1,1,1,1]", 0, 4), 4);
        assertThatThrownBy(() -> Patch.load(named))
                .isInstanceOf(FileFormatException.class)
                .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(400));
    }

    @Test
    void namesDoNotCommandATerminal() throws IOException {
        Path file = file(tensor("w\\u001b[31m\\r\\nEVIL/left", "[1,1,1,1]", 0, 4), 4);
        assertThatThrownBy(() -> Patch.load(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("w\\u001b[31m\\u000d\\u000aEVIL");
    }

    @Test
    void numbersThatAreNotFiniteAreRefused() throws IOException {
        Path file = file(tensor("w/dense", "[1,1,1,1]", 0, 4), 4);
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 4, Float.NaN);
        Files.write(file, bytes);
        assertThatThrownBy(() -> Patch.load(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("'w'", "NaN", "damaged");
    }
}
