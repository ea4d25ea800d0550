package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.io.internal.ByteSource;
import io.github.rewrite4j.io.torch.ForeignPickleException;
import io.github.rewrite4j.io.torch.TorchCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Files that PyTorch 1.13 wrote; see make_fixtures.py beside them. */
class TorchCheckpointTest {
    @TempDir
    Path folder;

    private TorchCheckpoint open(String name) throws IOException {
        return TorchCheckpoint.open(copy(name));
    }

    private Path copy(String name) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/torch/" + name))) {
            Files.write(file, in.readAllBytes());
        }
        return file;
    }

    private static float[] values(TensorSource source, String name) throws IOException {
        INDArray loaded = source.load(name);
        assertThat(loaded.shape()).isEqualTo(source.shape(name));
        return loaded.data().asFloat();
    }

    @ParameterizedTest
    @ValueSource(strings = {"zip.pt", "plain.pt"})
    void views_of_any_offset_and_stride_are_read_in_c_order(String name) throws IOException {
        try (TorchCheckpoint checkpoint = open(name)) {
            TensorSource state = checkpoint.state("g_ema");
            assertThat(values(state, "plain")[23]).isEqualTo(23);
            assertThat(state.shape("transposed")).containsExactly(4, 2, 3);
            assertThat(values(state, "transposed")).startsWith(0, 4, 8, 12, 16, 20, 1, 5);
            assertThat(state.shape("sliced")).containsExactly(2, 2, 2);
            assertThat(values(state, "sliced")).containsExactly(4, 6, 8, 10, 16, 18, 20, 22);
            assertThat(state.shape("scalar")).isEmpty();
            assertThat(state.load("scalar").getFloat(0)).isEqualTo(2.5f);
            assertThat(state.load("empty").shape()).containsExactly(0, 3);
            assertThat(values(state, "expanded")).containsExactly(1, 1, 1, 2, 2, 2);
            assertThat(values(state, "shared.head")).containsExactly(0, 1, 2, 3);
            assertThat(values(state, "shared.tail")).containsExactly(4, 5, 6, 7, 8, 9);
            assertThat(values(state, "parameter")).containsExactly(1, -1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zip.pt", "plain.pt"})
    void every_type_keeps_its_values(String name) throws IOException {
        try (TorchCheckpoint checkpoint = open(name)) {
            TensorSource types = checkpoint.state("types");
            assertThat(types.type("half")).isEqualTo(TensorType.F16);
            assertThat(types.load("half").dataType()).isEqualTo(DataType.FLOAT);
            assertThat(values(types, "half")).containsExactly(1, -0x1.554p-2f, 65504);
            assertThat(values(types, "bfloat")).containsExactly(1, -3.140625f, 0x1p100f);
            assertThat(types.load("double").data().asDouble()).containsExactly(0.1, -1e300);
            assertThat(types.load("long").data().asLong()).containsExactly(-(1L << 62), 7);
            assertThat(types.load("int").data().asInt()).containsExactly(Integer.MIN_VALUE, 7);
            assertThat(types.load("short").data().asInt()).containsExactly(-300, 7);
            assertThat(types.load("char").data().asInt()).containsExactly(-128, 7);
            assertThat(types.load("byte").dataType()).isEqualTo(DataType.UINT8);
            assertThat(types.load("byte").getInt(0)).isEqualTo(255);
            assertThat(types.load("bool").castTo(DataType.INT32).data().asInt()).containsExactly(1, 0, 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zip.pt", "plain.pt"})
    void plain_data_is_read_and_unknown_objects_are_dropped_with_a_warning(String name) throws IOException {
        try (TorchCheckpoint checkpoint = open(name)) {
            assertThat(checkpoint.value("step")).isEqualTo(1234567890123L);
            assertThat(checkpoint.value("big")).isEqualTo(BigInteger.TWO.pow(80));
            assertThat(checkpoint.value("rate")).isEqualTo(0.002);
            assertThat(checkpoint.value("name")).isEqualTo("\u00fcber");
            assertThat(checkpoint.value("flag")).isEqualTo(true);
            assertThat((byte[]) checkpoint.value("raw")).containsExactly(0, 255);
            assertThat(checkpoint.value("set")).isEqualTo(List.of(1L, 2L));
            assertThat(((List<?>) checkpoint.value("list")).get(1)).isEqualTo(List.of(2L, 3L));
            assertThat(values(checkpoint, "list.2.deep")).containsExactly(9);
            Map<?, ?> all = (Map<?, ?>) checkpoint.value();
            assertThat(all.containsKey("args")).isFalse();
            assertThat(all.containsKey("opaque")).isFalse();
            assertThat(all.containsKey("nothing")).isFalse();
            assertThat(checkpoint.warnings())
                    .anyMatch(w -> w.contains("argparse.Namespace"))
                    .anyMatch(w -> w.contains("__main__.Opaque"))
                    .anyMatch(w -> w.contains("torch.float32"))
                    .hasSize(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"protocol3.pt", "protocol4.pt", "protocol5.pt"})
    void newer_pickle_protocols_are_read(String name) throws IOException {
        try (TorchCheckpoint checkpoint = open(name)) {
            assertThat(values(checkpoint, "w")).containsExactly(1, 2);
            List<?> tuple = (List<?>) checkpoint.value("t");
            assertThat(tuple.subList(0, 2)).isEqualTo(List.of(1L, "x"));
            assertThat((byte[]) tuple.get(2)).containsExactly('y');
        }
    }

    @Test
    void storages_of_the_other_byte_order_are_read() throws IOException {
        try (TorchCheckpoint checkpoint = open("bigendian.pt")) {
            assertThat(values(checkpoint, "w")).containsExactly(1, 2.5f);
        }
    }

    @Test
    void the_kind_of_a_file_is_told_by_its_content() throws IOException {
        for (String name : List.of("bare.pth", "plain.pt", "stored.npz")) {
            Path renamed = folder.resolve("weights");
            Files.move(copy(name), renamed);
            try (TensorSource source = TensorSource.open(renamed)) {
                assertThat(source).isInstanceOf(name.endsWith("npz") ? NpzFile.class : TorchCheckpoint.class);
                assertThat(source.names()).isNotEmpty();
            }
            Files.delete(renamed);
        }
        Path safe = folder.resolve("weights.pt");
        new SafeTensorsWriter().add("a", new float[] {1}, 1).write(safe);
        try (TensorSource source = TensorSource.open(safe)) {
            assertThat(source).isInstanceOf(SafeTensors.class);
            assertThat(source.type("a")).isEqualTo(TensorType.F32);
            assertThat(source.shape("a")).containsExactly(1);
        }
    }

    @Test
    void names_that_do_not_exist_list_the_nearest() throws IOException {
        try (TorchCheckpoint checkpoint = open("zip.pt")) {
            assertThatThrownBy(() -> checkpoint.state("g_emma"))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContaining("'g_ema'");
            assertThatThrownBy(() -> checkpoint.state("g_ema").load("plane"))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContaining("'plain'");
            assertThatThrownBy(() -> checkpoint.load("g_ema.plane")).hasMessageContaining("'g_ema.plain'");
            assertThatThrownBy(() -> checkpoint.state("step")).hasMessageContaining("no state dict");
        }
    }

    @Test
    void a_pickle_of_something_else_names_its_classes() throws IOException {
        assertThatThrownBy(() -> open("foreign.pkl"))
                .isInstanceOfSatisfying(ForeignPickleException.class, e -> assertThat(e.classes())
                        .contains("__main__.Opaque"))
                .hasMessageContaining("no checkpoint of PyTorch");
    }

    @Test
    void a_tensor_larger_than_the_mapping_threshold_is_read_in_place() throws IOException {
        int length = ByteSource.MAPPED / 4 + 1;
        ByteBuffer storage = ByteBuffer.allocate(4 * length).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < length; i++) {
            storage.putFloat(4 * i, i);
        }
        Path file = folder.resolve("large.pt");
        Files.write(
                file,
                PickleBytes.tensor(length, 0, new int[] {length}, new int[] {1}).inZip(storage.array()));
        try (TorchCheckpoint checkpoint = TorchCheckpoint.open(file)) {
            assertThat(checkpoint.load("w").getFloat(length - 1)).isEqualTo(length - 1);
        }
    }
}
