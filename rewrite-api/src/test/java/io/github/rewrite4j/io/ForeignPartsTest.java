package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.io.internal.ByteSource;
import io.github.rewrite4j.io.internal.ReadBudget;
import io.github.rewrite4j.io.torch.TorchCheckpoint;
import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/** One foreign part never condemns a file: it is left out and refused by name; see make_fixtures.py for the files. */
class ForeignPartsTest {
    private static TorchCheckpoint torch(String name) throws IOException {
        return TorchCheckpoint.open(name, ByteSource.ofBytes(WeightFiles.fixture(name)));
    }

    private static void assertRefused(TensorSource source, String name, String... parts) {
        assertThat(source.contains(name)).isFalse();
        assertThat(source.leftOut()).containsKey(name);
        assertThatThrownBy(() -> source.load(name))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("key '" + name + "'")
                .hasMessageContainingAll(parts);
    }

    @Test
    void npz_keeps_its_numbers() throws IOException {
        try (NpzFile npz = NpzFile.open("foreign.npz", ByteSource.ofBytes(WeightFiles.fixture("foreign.npz")))) {
            assertThat(npz.names()).containsExactly("w", "u8", "toolarge");
            assertThat(npz.load("w").toFloatMatrix()).isEqualTo(new float[][] {{0, 1, 2}, {3, 4, 5}});
            assertThat(npz.type("u8")).isEqualTo(TensorType.U64);
            assertThat(npz.load("u8").toLongVector()).containsExactly(Long.MAX_VALUE, 7);
            assertThatThrownBy(() -> npz.load("toolarge"))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContaining("holds 9223372036854775808");
            assertRefused(npz, "text", "an array of text");
            assertRefused(npz, "objects", "an array of Python objects");
            assertRefused(npz, "waves", "complex");
            assertRefused(npz, "records", "records");
            assertRefused(npz, "times", "times");
            assertThat(npz.under("rec").leftOut()).containsOnlyKeys("ords");
            assertThatThrownBy(() -> npz.under("rec").load("ords")).hasMessageContainingAll("key 'records'", "records");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mixed.pt", "mixed_plain.pt"})
    void both_layouts_leave_out_complex_quantised_and_sparse_tensors(String name) throws IOException {
        try (TorchCheckpoint file = torch(name)) {
            assertThat(file.names()).containsExactly("w", "last");
            assertThat(file.load("w").toFloatVector()).containsExactly(1, 2);
            assertThat(file.load("last").toFloatVector()).containsExactly(3);
            assertRefused(file, "waves", "complex");
            assertRefused(file, "wide", "complex");
            assertRefused(file, "q", "quantised");
            assertRefused(file, "q32", "quantised");
            assertRefused(file, "sparse", "sparse");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"numpy.pt", "numpy4.pt", "numpy5.pt", "numpy_plain.pt"})
    void arrays_of_numpy_in_a_checkpoint_are_tensors(String name) throws IOException {
        try (TorchCheckpoint file = torch(name)) {
            assertThat(file.load("f4").toFloatMatrix()).isEqualTo(new float[][] {{0, 1, 2}, {3, 4, 5}});
            assertThat(file.load("fortran").toDoubleMatrix()).isEqualTo(new double[][] {{0, 1, 2}, {3, 4, 5}});
            assertThat(file.load("big").toFloatVector()).containsExactly(1.5f, -2);
            assertThat(file.load("half").toFloatVector()).containsExactly(0.5f);
            assertThat(file.load("flags").castTo(DataType.INT32).toIntVector()).containsExactly(1, 0);
            assertThat(file.load("bytes").castTo(DataType.INT32).toIntVector()).containsExactly(200, 1);
            assertThat(file.load("shapeless").shape()).isEmpty();
            assertThat(file.load("shapeless").getFloat(0)).isEqualTo(4);
            assertThat(file.load("torch").toFloatVector()).containsExactly(1, 2);
            assertThat(file.value("scalar")).isEqualTo(2.5);
            assertThat(file.value("count")).isEqualTo(-7L);
            assertRefused(file, "text", "text");
            assertRefused(file, "objects", "Python objects");
            assertRefused(file, "waves", "complex");
        }
    }

    @ParameterizedTest
    @CsvSource({"module.pt,''", "module_plain.pt,g_ema."})
    void a_whole_module_gives_what_its_state_dict_holds(String name, String prefix) throws IOException {
        try (TorchCheckpoint file = torch(name)) {
            assertThat(file.names())
                    .containsExactlyInAnyOrderElementsOf(List.of(
                            prefix + "kept",
                            prefix + "0.weight",
                            prefix + "0.bias",
                            prefix + "1.weight",
                            prefix + "1.bias",
                            prefix + "1.running_mean",
                            prefix + "1.running_var",
                            prefix + "1.num_batches_tracked"));
            assertThat(file.shape(prefix + "0.weight")).containsExactly(1, 2);
            assertThat(file.load(prefix + "kept").toFloatVector()).containsExactly(3);
            assertThat(file.warnings()).isEmpty();
        }
    }

    @Test
    void a_number_of_numpy_that_no_long_holds_condemns_nothing() throws IOException {
        PickleBytes seed = new PickleBytes().op(0x80, 2, '}').text("seed");
        seed.global("numpy.core.multiarray", "scalar");
        seed.global("numpy", "dtype").text("u8").op(0x89, 0x88, 0x87, 'R');
        seed.op('C', 8, 5, 0, 0, 0, 0, 0, 0, 0x80, 0x86, 'R', 's', '.');
        try (TorchCheckpoint file = TorchCheckpoint.open("seed.pt", ByteSource.ofBytes(seed.inPlain()))) {
            assertThat(file.value("seed")).isEqualTo(new BigInteger("9223372036854775813"));
        }
    }

    @Test
    void values_whose_name_is_taken_are_said_and_never_left_out_under_it() throws IOException {
        // {"a": {"b": an object}, "a.b": a tensor of numpy}
        PickleBytes twice =
                new PickleBytes().op(0x80, 2, '}', '(').text("a").op('}').text("b");
        twice.global("some", "Thing").op(')', 'R', 's').text("a.b");
        twice.global("numpy.core.multiarray", "_reconstruct").op(')', 'R', '(', 'K', 1, 'K', 1, 0x85);
        twice.global("numpy", "dtype").text("u1").op(0x85, 'R', 0x89, 'C', 1, 7, 't', 'b', 'u', '.');
        try (TorchCheckpoint file = TorchCheckpoint.open("twice.pt", ByteSource.ofBytes(twice.inPlain()))) {
            assertThat(file.load("a.b").getInt(0)).isEqualTo(7);
            assertThat(file.leftOut()).isEmpty();
            assertThat(file.warnings()).contains("of two values at 'a.b' one was dropped");
        }
    }

    @Test
    void lazy_negative_views_have_their_sign_turned() throws IOException {
        // What torch 2 writes for torch._neg_view(x): a seventh argument.
        PickleBytes negative = new PickleBytes().op(0x80, 2, '}').text("w");
        negative.global("torch._utils", "_rebuild_tensor_v2").op('(');
        negative.op('(')
                .text("storage")
                .global("torch", "FloatStorage")
                .text("0")
                .text("cpu");
        negative.number(1).op('t', 'Q').number(0).tuple(1).tuple(1).op(0x89);
        negative.global("collections", "OrderedDict").op(')', 'R');
        negative.op('}').text("neg").op(0x88, 's', 't', 'R', 's', '.');
        byte[] file = negative.inZip(new byte[] {0, 0, 0x20, 0x40});
        try (TorchCheckpoint checkpoint = TorchCheckpoint.open("neg.pt", ByteSource.ofBytes(file))) {
            assertThat(checkpoint.load("w").toFloatVector()).containsExactly(-2.5f);
        }
    }

    @Test
    void tensors_of_untyped_storages_have_the_type_that_they_are_given() throws IOException {
        PickleBytes eight = new PickleBytes().op(0x80, 2, '}').text("w");
        eight.global("torch._utils", "_rebuild_tensor_v3").op('(');
        eight.op('(')
                .text("storage")
                .global("torch.storage", "UntypedStorage")
                .text("0")
                .text("cpu");
        eight.number(4).op('t', 'Q').number(1).tuple(3).tuple(1).op(0x89);
        eight.global("collections", "OrderedDict").op(')', 'R');
        eight.global("torch", "float8_e4m3fn").op('t', 'R', 's', '.');
        byte[] file = eight.inZip(new byte[] {0, 0x38, (byte) 0xb8, 0x7e});
        try (TorchCheckpoint checkpoint = TorchCheckpoint.open("eight.pt", ByteSource.ofBytes(file))) {
            assertThat(checkpoint.type("w")).isEqualTo(TensorType.F8_E4M3);
            assertThat(checkpoint.load("w").toFloatVector()).containsExactly(1, -1, 448);
        }
    }

    @Test
    void fields_that_safetensors_does_not_know_are_passed_over_and_named() throws IOException {
        String header = "{'__metadata__':{'kind':'test','step':7,'tags':['a',{'b':[]}]},"
                + "'w':{'scale':{'of':[1,{'a':null}]},'dtype':'U8','shape':[2],'crc':1e999,'data_offsets':[0,2]}}";
        try (SafeTensors file = HandMade.open(HandMade.file(header, 3, 4))) {
            assertThat(file.metadata()).containsOnly(Map.entry("kind", "test"));
            assertThat(file.longs("w")).containsExactly(3, 4);
        }
        try (SafeTensors file = HandMade.open(HandMade.file("{'__metadata__':[1,{}]}"))) {
            assertThat(file.metadata()).isEmpty();
        }
        SafeTensorsHeaderParser parser =
                new SafeTensorsHeaderParser("x", header.replace('\'', '"'), ReadBudget.of("x", 1));
        parser.parse();
        assertThat(parser.remarks())
                .containsExactly(
                        "'__metadata__.step' is no string; passed over",
                        "'__metadata__.tags' is no string; passed over",
                        "'w' has a field 'scale' that safetensors does not know; passed over",
                        "'w' has a field 'crc' that safetensors does not know; passed over");
    }

    @Test
    void safetensors_reads_narrow_types_exactly_and_leaves_out_others() throws IOException {
        String header = "{'__metadata__':null,"
                + "'i16':{'dtype':'I16','shape':[1],'data_offsets':[0,2]},"
                + "'i8':{'dtype':'I8','shape':[1],'data_offsets':[2,3]},"
                + "'u16':{'dtype':'U16','shape':[1],'data_offsets':[3,5]},"
                + "'u32':{'dtype':'U32','shape':[1],'data_offsets':[5,9]},"
                + "'u64':{'dtype':'U64','shape':[1],'data_offsets':[9,17]},"
                + "'e4':{'dtype':'F8_E4M3','shape':[3],'data_offsets':[17,20]},"
                + "'e5':{'dtype':'F8_E5M2','shape':[3],'data_offsets':[20,23]},"
                + "'c':{'dtype':'C64','shape':[1],'data_offsets':[23,31]},"
                + "'f4':{'dtype':'F4','shape':[3],'data_offsets':[31,33]},"
                + "'w':{'dtype':'F32','shape':[1],'data_offsets':[33,37]}}";
        int[] values = {
            0x00, 0x80, 0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x01,
            0x7e, 0xff, 0x01, 0x7b, 0xfc, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3f
        };
        try (SafeTensors file = HandMade.open(HandMade.file(header, values))) {
            assertThat(file.metadata()).isEmpty();
            assertThat(file.load("i16").getInt(0)).isEqualTo(-32768);
            assertThat(file.load("i8").getInt(0)).isEqualTo(-128);
            assertThat(file.load("u16").getInt(0)).isEqualTo(65535);
            assertThat(file.load("u32").getLong(0)).isEqualTo(4294967295L);
            assertThat(file.load("u64").getLong(0)).isEqualTo(Long.MAX_VALUE);
            assertThat(file.load("e4").toFloatVector()).containsExactly(0x1p-9f, 448, Float.NaN);
            assertThat(file.load("e5").toFloatVector()).containsExactly(0x1p-16f, 57344, Float.NEGATIVE_INFINITY);
            assertThat(file.load("w").getFloat(0)).isEqualTo(1);
            assertThat(file.doubles("u32")).containsExactly(4294967295.0);
            assertThat(file.longs("i8")).containsExactly(-128);
            assertThat(file.floats("e4")[1]).isEqualTo(448);
            assertRefused(file, "c", "C64");
            assertRefused(file, "f4", "F4");
        }
    }
}
