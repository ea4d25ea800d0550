package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.fuzz.ReaderTrial;
import io.github.rewrite4j.io.internal.ByteSource;
import io.github.rewrite4j.io.internal.ReadBudget;
import io.github.rewrite4j.io.torch.TorchCheckpoint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Small files that want to become large: each ends in a sentence within two seconds and 256 MB. */
class BudgetTest {
    private static final int MANY = 100_000;

    enum Bomb {
        COPIES_OF_A_LIST,
        COPIES_OF_A_TUPLE,
        COPIES_OF_A_SET,
        COPIES_OF_AN_ORDERED_DICT,
        EMPTY_DICTS,
        EMPTY_SETS,
        PLACES_OF_THE_MEMO,
        MARKS,
        LONG_KEY_BEFORE_MANY_ELEMENTS,
        TENSORS_UNDER_A_LONG_KEY,
        SHAPE_OF_MANY_NUMBERS,
        EXPANDED_VIEWS,
        LARGE_KEYS_SHARED,
        COPIES_OF_A_TEXT,
        NUMBERS_OF_EQUAL_HASH,
        CALLS_OF_A_LONG_NAME,
        CALLS_OF_A_NAME,
        A_CLASS_MANY_TIMES,
        ARRAYS_OF_OBJECTS_MANY_TIMES,
        ARRAYS_OF_A_LONG_TYPE,
        NOTHING_FOR_EVER
    }

    private static byte[] pickle(Bomb bomb) {
        PickleBytes p = new PickleBytes().op(0x80, 2);
        switch (bomb) {
            case COPIES_OF_A_LIST -> copies(p, "list", 'h');
            case COPIES_OF_A_TUPLE -> {
                p.op('(');
                numbers(p);
                p.op('t', 'q', 0, '0', '(');
                for (int i = 0; i < 5000; i++) {
                    p.op('(', 'h', 0, 'h', 0, 't');
                    p.global("__builtin__", "list").op('h', 0, 0x85, 'R');
                }
                p.op('t');
            }
            case COPIES_OF_A_SET -> copies(p, "set", 'h');
            case COPIES_OF_AN_ORDERED_DICT -> {
                p.op('}', '(');
                for (int i = 0; i < MANY; i++) {
                    p.op('M', i & 0xff, (i >> 8) & 0xff, 'N');
                }
                p.op('u', 'q', 0, '0', '(');
                for (int i = 0; i < 3000; i++) {
                    p.global("collections", "OrderedDict").op('h', 0, 0x85, 'R');
                }
                p.op('t');
            }
            case EMPTY_DICTS -> repeated(p.op('('), 900_000, '}').op('t');
            case EMPTY_SETS -> repeated(p.op('('), 900_000, 0x8f).op('t');
            case PLACES_OF_THE_MEMO -> repeated(p.op('N'), 900_000, 0x94);
            case MARKS -> repeated(p, 9_000, '(', 'N', '(', '1');
            case LONG_KEY_BEFORE_MANY_ELEMENTS ->
                repeated(p.op('}').text("k".repeat(500_000)).op('(', '}', 'q', 0), 250_000, 'h', 0)
                        .op('t', 's');
            case TENSORS_UNDER_A_LONG_KEY -> {
                p.op('}').text("k".repeat(500_000)).op(40);
                tensor(p, 1, 1);
                p.op('q', 9);
                repeated(p, 50_000, 'h', 9).op('t', 's');
            }
            case SHAPE_OF_MANY_NUMBERS -> {
                p.op('}').text("w").global("torch._utils", "_rebuild_tensor_v2").op('(');
                storage(p);
                p.number(0).op('(');
                repeated(p, 400_000, 'K', 1).op('t', '2');
                p.op(0x89, 'N', 't', 'R', 's');
            }
            case EXPANDED_VIEWS -> {
                p.op('(');
                for (int i = 0; i < 2000; i++) {
                    tensor(p, 1 << 20, 0);
                }
                p.op('t');
            }
            case LARGE_KEYS_SHARED -> {
                p.op('}', 'q', 0, '(');
                for (int i = 0; i < 900; i++) {
                    p.op(0x8b)
                            .i4(1000)
                            .op(i & 0xff, 1 + (i >> 8))
                            .ascii("\u0001".repeat(998))
                            .op('}');
                }
                repeated(p.op('u', '('), 2000, 'h', 0).op('t');
            }
            case COPIES_OF_A_TEXT -> {
                p.op('(').text("t".repeat(300_000)).op('q', 0);
                for (int i = 0; i < 8000; i++) {
                    p.global("_codecs", "encode").op('h', 0, 0x85, 'R');
                }
                p.op('t');
            }
            case NUMBERS_OF_EQUAL_HASH -> {
                p.op('}', '(');
                for (int i = 0; i < 45_000; i++) {
                    int high = 0x3ff00000 + i;
                    byte[] number =
                            ByteBuffer.allocate(8).putInt(high).putInt(high ^ 7).array();
                    p.op('G')
                            .ascii(new String(number, StandardCharsets.ISO_8859_1))
                            .op('N');
                }
                for (int i = 0; i < 45_000; i++) {
                    p.op(0x8a, 8).i4(i ^ 7).i4(i).op('N');
                }
                p.op('u');
            }
            case CALLS_OF_A_LONG_NAME -> {
                p.text("m".repeat(400_000)).text("n").op(0x93, 'q', 0, '0', '(');
                repeated(p, 150_000, 'h', 0, ')', 'R').op('t');
            }
            case CALLS_OF_A_NAME -> {
                p.text("m".repeat(290)).text("n").op(0x93, 'q', 0, '0', '(');
                repeated(p, 250_000, 'h', 0, ')', 'R').op('t');
            }
            case A_CLASS_MANY_TIMES -> {
                p.text("m".repeat(290)).text("n").op(0x93, 'q', 0, '0', '(');
                repeated(p, 500_000, 'h', 0).op('t');
            }
            case ARRAYS_OF_OBJECTS_MANY_TIMES -> {
                p.global("numpy.core.multiarray", "_reconstruct").op(')', 'R', 'q', 0, '0', '(');
                repeated(p, 500_000, 'h', 0).op('t');
            }
            case ARRAYS_OF_A_LONG_TYPE -> {
                p.global("numpy", "dtype").text("x".repeat(500_000)).op(0x85, 'R', 'q', 0, '0');
                p.op('(', 'K', 1, ')', 'h', 0, 0x89).text("").op('t', 'q', 1, '0');
                p.global("numpy.core.multiarray", "_reconstruct").op(')', 'R');
                repeated(p, 150_000, 'h', 1, 'b');
            }
            case NOTHING_FOR_EVER -> repeated(p.op('N'), 490_000, 'N', '0');
        }
        return p.op('.').bytes();
    }

    private static void copies(PickleBytes p, String type, int recall) {
        p.op(']', '(');
        numbers(p);
        p.op('e', 'q', 0, '0', '(');
        for (int i = 0; i < 5000; i++) {
            p.global("__builtin__", type).op(recall, 0, 0x85, 'R');
        }
        p.op('t');
    }

    private static void numbers(PickleBytes p) {
        for (int i = 0; i < MANY; i++) {
            p.op('M', i & 0xff, (i >> 8) & 0xff);
        }
    }

    private static void storage(PickleBytes p) {
        p.op('(')
                .text("storage")
                .global("torch", "FloatStorage")
                .text("0")
                .text("cpu")
                .number(4)
                .op('t', 'Q');
    }

    private static void tensor(PickleBytes p, int length, int stride) {
        p.global("torch._utils", "_rebuild_tensor_v2").op('(');
        storage(p);
        p.number(0).tuple(length).tuple(stride).op(0x89, 'N', 't', 'R');
    }

    private static PickleBytes repeated(PickleBytes p, int times, int... ops) {
        for (int i = 0; i < times; i++) {
            p.op(ops);
        }
        return p;
    }

    @ParameterizedTest
    @EnumSource(Bomb.class)
    void pickles_cost_no_more_than_their_file_is_worth(Bomb bomb) {
        byte[] pickle = pickle(bomb);
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a/data.pkl", pickle);
        entries.put("a/data/0", new byte[16]);
        byte[] deflated = PickleBytes.zip(Map.of("a/data.pkl", pickle), ZipEntry.DEFLATED);
        ReaderTrial trial = ReaderTrial.of(bomb.name(), file -> {
            try (TensorSource source = TorchCheckpoint.open("bomb.pt", ByteSource.ofBytes(file))) {
                assertThat(source.names()).hasSizeLessThan(100_000);
            }
        });
        trial.read(PickleBytes.zip(entries, ZipEntry.STORED));
        trial.read(deflated);
    }

    @Test
    void inflated_bytes_are_charged() {
        byte[] pickle = new PickleBytes()
                .op(0x80, 2)
                .ascii("N0".repeat(60_000_000))
                .op('N', '.')
                .bytes();
        byte[] file = PickleBytes.zip(Map.of("a/data.pkl", pickle), ZipEntry.DEFLATED);
        assertRefused(ReaderTrial.of("deflated pickle", WeightFiles::openTorch), file);
        Map<String, byte[]> arrays = new LinkedHashMap<>();
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (30000000,), }";
        byte[] text = (header + " ".repeat(117 - header.length()) + "\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] array = new byte[128 + 120_000_000];
        System.arraycopy(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0}, 0, array, 0, 10);
        System.arraycopy(text, 0, array, 10, text.length);
        arrays.put("w.npy", array);
        assertRefused(
                ReaderTrial.of("deflated array", WeightFiles::openNpz), PickleBytes.zip(arrays, ZipEntry.DEFLATED));
    }

    private static void assertRefused(ReaderTrial trial, byte[] file) {
        assertThat(file).hasSizeLessThan(1 << 20);
        assertThat(trial.read(file)).as(trial.name()).isFalse();
    }

    @Test
    void many_headers_and_long_names() {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        byte[] header = "\u0093NUMPY\u0001\u0000v\u0000{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }"
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] array = new byte[128];
        System.arraycopy(header, 0, array, 0, header.length);
        for (int i = 0; i < 8000; i++) {
            entries.put(i + ".npy", array);
        }
        ReaderTrial trial = ReaderTrial.of("headers", WeightFiles::openNpz);
        trial.read(PickleBytes.zip(entries, ZipEntry.DEFLATED));
        StringBuilder tensors = new StringBuilder("{'x':{'dtype':'F32','shape':[0],'data_offsets':[0,0]}");
        for (int i = 0; i < 8; i++) {
            tensors.append(",'").append((char) ('a' + i)).append("n".repeat(100_000));
            tensors.append("':{'dtype':'F32','shape':[0],'data_offsets':[0,0]}");
        }
        byte[] names = HandMade.file(tensors.append("}").toString());
        ReaderTrial lookup = ReaderTrial.of("names", file -> {
            try (SafeTensors source = SafeTensors.open("names", ByteSource.ofBytes(file))) {
                source.load("an" + "n".repeat(60_000));
            }
        });
        assertRefused(lookup, names);
    }

    @Test
    void an_account_is_relative_to_the_file_and_never_refilled() throws FileFormatException {
        ReadBudget budget = ReadBudget.of("a", 1 << 20);
        budget.charge(80L << 20);
        assertThatThrownBy(() -> budget.charge(1))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("'a'", "1048576 bytes");
        ReadBudget large = ReadBudget.of("b", Long.MAX_VALUE);
        large.charge(Long.MAX_VALUE / 2, 1);
        assertThatThrownBy(() -> large.charge(Long.MAX_VALUE, 3)).isInstanceOf(FileFormatException.class);
    }
}
