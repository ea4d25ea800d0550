package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.io.internal.ByteSource;
import io.github.rewrite4j.io.torch.TorchCheckpoint;
import io.github.rewrite4j.io.torch.TorchModule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Pickles of whole networks whose storages lie in strings of bytes; see make_persistent.py. */
class NetworkPickleTest {
    private static final String STORAGE = "\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.";

    private static TorchCheckpoint open(byte[] file) throws IOException {
        return TorchCheckpoint.open("network.pkl", ByteSource.ofBytes(file));
    }

    private static byte[] fixture(String name) {
        return WeightFiles.fixture(name);
    }

    /** Where the storages of the file begin. */
    private static List<Integer> storages(byte[] file) {
        String text = new String(file, StandardCharsets.ISO_8859_1);
        List<Integer> places = new ArrayList<>();
        for (int at = text.indexOf(STORAGE); at >= 0; at = text.indexOf(STORAGE, at + 1)) {
            places.add(at);
        }
        return places;
    }

    @ParameterizedTest
    @ValueSource(strings = {"persistent3.pkl", "persistent4.pkl"})
    void tensors_of_each_network_under_their_dotted_names(String name) throws IOException {
        try (TorchCheckpoint file = open(fixture(name))) {
            TensorSource averaged = file.state("G_ema");
            assertThat(averaged.names())
                    .containsExactlyInAnyOrder(
                            "synthesis.weight", "synthesis.bias", "synthesis.noise_strength", "synthesis.half");
            INDArray weight = averaged.load("synthesis.weight");
            assertThat(weight.shape()).containsExactly(2, 3, 2, 2);
            float[] counted = new float[24];
            for (int i = 0; i < counted.length; i++) {
                counted[i] = i;
            }
            assertThat(weight.reshape(24).toFloatVector()).containsExactly(counted);
            assertThat(averaged.load("synthesis.bias").toFloatVector()).containsExactly(0, 12);
            assertThat(averaged.load("synthesis.noise_strength").getFloat(0)).isEqualTo(0.5f);
            assertThat(averaged.shape("synthesis.noise_strength")).isEmpty();
            assertThat(averaged.type("synthesis.half")).isEqualTo(TensorType.F16);
            assertThat(file.load("G.synthesis.weight").getFloat(0)).isEqualTo(100);
            assertThat(file.leftOut()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"persistent3.pkl", "persistent4.pkl"})
    void modules_tell_what_they_are(String name) throws IOException {
        try (TorchCheckpoint file = open(fixture(name))) {
            TorchModule layer = file.module("G_ema.synthesis").orElseThrow();
            assertThat(layer.type()).isEqualTo("torch_utils.persistence.SynthesisLayer");
            assertThat(layer.attributes())
                    .containsEntry("conv_clamp", 256L)
                    .containsEntry("weight_gain", 0.25)
                    .containsEntry("use_fp16", true)
                    .containsEntry("padding", List.of(1L, -1L))
                    .containsEntry("activation", "lrelu")
                    .doesNotContainKeys("nothing", "_parameters", "_buffers", "_modules");
            assertThat(file.module("G_ema").orElseThrow().attributes()).containsEntry("z_dim", 4L);
            assertThat(file.module("G_ema.mapping")).isEmpty();
        }
    }

    @Test
    void storages_that_nobody_asks_for_are_not_looked_at() throws IOException {
        byte[] file = fixture("persistent4.pkl");
        List<Integer> places = storages(file);
        assertThat(places).hasSize(12);
        for (int k = 0; k < 8; k++) {
            file[places.get(k)] = 'X';
        }
        try (TorchCheckpoint checkpoint = open(file)) {
            for (String name : checkpoint.state("G_ema").names()) {
                assertThat(checkpoint.state("G_ema").load(name)).isNotNull();
            }
            assertThatThrownBy(() -> checkpoint.load("G.synthesis.weight"))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContainingAll("network.pkl", "byte ");
            assertThatThrownBy(() -> checkpoint.type("D.synthesis.half")).isInstanceOf(FileFormatException.class);
        }
    }

    @Test
    void a_storage_that_lies_about_its_length_is_refused() throws IOException {
        byte[] file = fixture("persistent4.pkl");
        int end = storages(file).get(1);
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        // The first storage's elements end some bytes before the second begins; their number stands in front of them.
        for (int at = end - 24 * 4 - 200; at < end; at++) {
            if (bytes.getLong(at) == 24) {
                bytes.putLong(at, 1L << 40);
            }
        }
        try (TorchCheckpoint checkpoint = open(file)) {
            assertThatThrownBy(() -> checkpoint.load("G.synthesis.weight"))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContainingAll("claims " + (1L << 40), "cut off");
        }
    }

    @Test
    void storages_within_storages_and_other_objects_in_them_are_refused() throws IOException {
        PickleBytes inner = new PickleBytes().op(0x80, 2).text("not a storage").op('.');
        PickleBytes nested = new PickleBytes().op(0x80, 2).global("torch.storage", "_load_from_bytes");
        nested.op('B').i4(3).ascii("abc").op(0x85, 'R', '.');
        for (PickleBytes content : List.of(inner, nested)) {
            try (TorchCheckpoint checkpoint = open(pickled(content.inPlain()))) {
                assertThatThrownBy(() -> checkpoint.load("w"))
                        .isInstanceOf(FileFormatException.class)
                        .hasMessageContaining("storage");
            }
        }
    }

    @Test
    void bombs_inside_storages_cost_no_more_than_their_file_is_worth() throws IOException {
        PickleBytes bomb = new PickleBytes().op(0x80, 2, ']', 'q', 0, '(');
        for (int i = 0; i < 50_000; i++) {
            bomb.op('N');
        }
        bomb.op('e', '0', ']');
        for (int i = 0; i < 5000; i++) {
            bomb.global("builtins", "list").op('h', 0, 0x85, 'R', 'a');
        }
        byte[] file = pickled(bomb.op('.').inPlain());
        try (TorchCheckpoint checkpoint = open(file)) {
            assertThatThrownBy(() -> checkpoint.load("w"))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContaining("much larger in memory");
        }
    }

    /** A dict with one tensor whose storage is this. */
    private static byte[] pickled(byte[] storage) {
        PickleBytes bytes = new PickleBytes().op(0x80, 3, '}').text("w");
        bytes.global("torch._utils", "_rebuild_tensor_v2").op('(');
        bytes.global("torch.storage", "_load_from_bytes").op('B').i4(storage.length);
        bytes.ascii(new String(storage, StandardCharsets.ISO_8859_1)).op(0x85, 'R');
        bytes.number(0).tuple(2).tuple(1).op(0x89);
        bytes.global("collections", "OrderedDict").op(')', 'R', 't', 'R', 's', '.');
        return bytes.bytes();
    }

    @Test
    void a_state_dict_that_was_pickled_without_torch_save_is_one() throws IOException {
        byte[] whole = fixture("persistent3.pkl");
        int at = storages(whole).get(0);
        int length = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getInt(at - 6);
        assertThat(whole[at - 7]).isEqualTo((byte) 'B');
        byte[] storage = new byte[length];
        System.arraycopy(whole, at - 2, storage, 0, length);
        try (TorchCheckpoint file = open(pickled(storage))) {
            assertThat(file.names()).containsExactly("w");
            assertThat(file.load("w").dataType()).isEqualTo(DataType.FLOAT);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "tf_stylegan2_refuse.pkl, TensorFlow StyleGAN2, legacy.py",
        "tf_progan_refuse.pkl, Progressive GAN, from_tf_parameters"
    })
    void tensorflow_networks_are_called_by_their_name(String name, String what, String way) {
        assertThatThrownBy(() -> open(fixture(name)))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll(what, way, "network.pkl");
    }

    @Test
    void a_stylegan1_is_told_apart_and_a_torch_module_of_the_same_name_is_none() throws IOException {
        PickleBytes first = new PickleBytes().op(0x80, 4).global("dnnlib.tflib.network", "Network");
        first.op(')', 0x81, '}').text("version").op('K', 3, 's', 'b', '.');
        assertThatThrownBy(() -> open(first.bytes())).hasMessageContainingAll("StyleGAN1", "AdaIN");
        PickleBytes own = new PickleBytes().op(0x80, 2).global("network", "Network");
        own.op(')', 0x81, '}').text("_modules").op('}', 's').text("_parameters").op('}', 's', 'b', '.');
        Map<String, byte[]> entries = Map.of("a/data.pkl", own.bytes());
        byte[] zip = PickleBytes.zip(entries, ZipEntry.STORED);
        try (TorchCheckpoint file = open(zip)) {
            assertThat(file.names()).isEmpty();
        }
    }
}
