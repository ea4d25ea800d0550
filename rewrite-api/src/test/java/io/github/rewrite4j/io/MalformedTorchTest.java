package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.io.internal.ByteSource;
import io.github.rewrite4j.io.torch.TorchCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are broken by accident or on purpose end in an error that names the place, whatever they claim. */
class MalformedTorchTest {
    private static void assertRefused(byte[] file, String... parts) {
        assertThatThrownBy(() ->
                        TorchCheckpoint.open("bad.pt", ByteSource.ofBytes(file)).close())
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("bad.pt")
                .hasMessageContainingAll(parts);
    }

    private static void assertRefused(PickleBytes pickle, String... parts) {
        assertRefused(pickle.inZip(new byte[16]), parts);
    }

    private static PickleBytes pickle(int... ops) {
        return new PickleBytes().op(0x80, 2).op(ops);
    }

    private static byte[] fixture(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(MalformedTorchTest.class.getResourceAsStream("/torch/" + name))) {
            return in.readAllBytes();
        }
    }

    @Test
    void misuse_of_stack_and_memo_is_refused_with_the_byte() {
        assertRefused(pickle('.'), "entry 'a/data.pkl', byte 3", "empty stack");
        assertRefused(pickle('t', '.'), "no mark");
        assertRefused(pickle('h', 5, '.'), "place 5 of the memo");
        assertRefused(pickle('q', 5, '.'), "empty stack");
        assertRefused(pickle('K', 1, 'K', 2, 's', '.'), "empty stack");
        assertRefused(pickle('K', 1, 'K', 2, 'a', '.'), "no list");
        assertRefused(pickle('K', 1, 'K', 2, 'K', 3, 's', '.'), "no dict");
        assertRefused(pickle('}', '(', 'K', 1, 'u', '.'), "no value");
        assertRefused(pickle('K', 1, 'K', 2, 0x93, '.'), "no text");
        assertRefused(pickle('K', 1, 'K', 2, 'R', '.'), "no tuple");
        assertRefused(pickle(0xff), "0xff is no opcode");
        assertRefused(pickle('N'), "cut off");
        assertRefused(pickle(0x80, 9), "protocol 9");
        assertRefused(pickle(0x97), "buffers outside");
        assertRefused(new PickleBytes().ascii("I12x\n."), "no whole number");
        assertRefused(new PickleBytes().ascii("F1e5e5e\n."), "bad.pt");
    }

    @Test
    void lengths_beyond_the_end_are_refused_before_anything_is_allocated() {
        assertRefused(new PickleBytes().op('X').i4(-1), "claims 4294967295 bytes");
        assertRefused(new PickleBytes().op('B').i4(0x7fffffff), "claims 2147483647 bytes");
        assertRefused(new PickleBytes().op(0x8d).i8(-1L), "claims");
        assertRefused(new PickleBytes().op(0x8e).i8(1L << 40), "claims 1099511627776 bytes");
        assertRefused(new PickleBytes().op(0x8b).i4(-1), "whole number");
        assertRefused(new PickleBytes().op(0x95).i8(1L << 62), "a frame claims");
    }

    @Test
    void deep_circular_and_exploding_structures_are_refused() {
        PickleBytes marks = new PickleBytes();
        PickleBytes lists = new PickleBytes();
        for (int i = 0; i < 20_000; i++) {
            marks.op('(');
            lists.op(']');
        }
        assertRefused(marks, "marks are nested");
        for (int i = 1; i < 20_000; i++) {
            lists.op('a');
        }
        assertRefused(lists.op('.'), "nested more than 100 deep");
        assertRefused(pickle(']', 'q', 0, 'h', 0, 'a', '.'), "contains itself");

        PickleBytes doubling = pickle(']', 'q', 0);
        for (int i = 0; i < 60; i++) {
            doubling.op('0', ']', '(', 'h', i, 'h', i, 'e', 'q', i + 1);
        }
        assertRefused(doubling.op('.'), "shared parts");
    }

    @Test
    void tensors_that_reach_outside_their_storage_are_refused() {
        int[] four = {4};
        int[] one = {1};
        assertRefused(PickleBytes.tensor(4, 1, four, one), "number 4 of a storage of 4");
        assertRefused(PickleBytes.tensor(4, -1, four, one), "offset -1 is negative");
        assertRefused(PickleBytes.tensor(4, 3, four, new int[] {-1}), "negative");
        assertRefused(PickleBytes.tensor(4, 0, new int[] {-4}, one), "negative");
        assertRefused(PickleBytes.tensor(4, 0, new int[] {2, 2}, one), "not of the same length");
        int huge = Integer.MAX_VALUE;
        assertRefused(
                PickleBytes.tensor(4, 0, new int[] {huge, huge, huge}, new int[] {huge, huge, huge}), "overflows");
        assertRefused(PickleBytes.tensor(4, 0, new int[] {huge, 16}, new int[] {0, 0}), "elements");
        assertRefused(PickleBytes.tensor(5, 0, four, one), "key 'w'", "holds 16 bytes");
        assertRefused(PickleBytes.tensor(-1, 0, four, one), "claims -1 elements");
        assertRefused(
                PickleBytes.tensor(4, 0, four, one).inZip(new byte[8]), "key 'w'", "4 elements of 4 bytes", "8 bytes");
    }

    @Test
    void a_missing_storage_is_named() {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(
                "a/data.pkl",
                PickleBytes.tensor(4, 0, new int[] {4}, new int[] {1}).bytes());
        assertRefused(PickleBytes.zip(entries, ZipEntry.STORED), "storage '0' is missing");
        entries.put("a/data/0", new byte[16]);
        assertRefused(PickleBytes.zip(entries, ZipEntry.DEFLATED), "entry 'a/data/0'", "compressed");
    }

    @Test
    void archives_that_are_no_checkpoint_are_refused() {
        assertRefused(PickleBytes.zip(Map.of("x.txt", new byte[1]), ZipEntry.STORED), "data.pkl", "x.txt");
        Map<String, byte[]> script = new LinkedHashMap<>();
        script.put("a/data.pkl", new byte[] {(byte) 0x80, 2, '}', '.'});
        script.put("a/constants.pkl", new byte[1]);
        assertRefused(PickleBytes.zip(script, ZipEntry.STORED), "TorchScript");
    }

    @Test
    void duplicate_overlapping_and_encrypted_entries_are_refused() {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a/1", new byte[40]);
        entries.put("a/2", new byte[40]);
        byte[] zip = PickleBytes.zip(entries, ZipEntry.STORED);
        String text = new String(zip, StandardCharsets.ISO_8859_1);
        int directory = text.indexOf("PK\1\2");
        int second = text.indexOf("PK\1\2", directory + 1);
        byte[] duplicate = zip.clone();
        duplicate[second + 46 + 2] = '1';
        assertRefused(duplicate, "entry 'a/1'", "twice");
        byte[] overlapping = zip.clone();
        Arrays.fill(overlapping, second + 42, second + 46, (byte) 0);
        assertRefused(overlapping, "overlaps");
        byte[] encrypted = zip.clone();
        encrypted[second + 8] |= 1;
        assertRefused(encrypted, "encrypted");
        byte[] method = zip.clone();
        method[second + 10] = 12;
        assertRefused(method, "method 12");
        byte[] long64 = zip.clone();
        Arrays.fill(long64, second + 20, second + 28, (byte) 0xf0);
        assertRefused(long64, "cut off or damaged");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zip.pt", "plain.pt"})
    void every_truncation_is_refused(String name) throws IOException {
        byte[] whole = fixture(name);
        for (int length = 0; length < whole.length; length += 7) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> TorchCheckpoint.open("cut.pt", ByteSource.ofBytes(part))
                            .close())
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContaining("cut.pt");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"zip.pt", "plain.pt"})
    void damaged_bytes_end_in_a_format_error_or_in_a_readable_checkpoint(String name) throws IOException {
        byte[] whole = fixture(name);
        Random random = new Random(5);
        int refused = 0;
        for (int trial = 0; trial < 1500; trial++) {
            byte[] damaged = whole.clone();
            for (int i = 0; i < 1 + trial % 3; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try (TorchCheckpoint checkpoint = TorchCheckpoint.open("damaged.pt", ByteSource.ofBytes(damaged))) {
                for (String tensor : checkpoint.names()) {
                    checkpoint.load(tensor).close();
                }
            } catch (FileFormatException expected) {
                assertThat(expected).hasMessageContaining("damaged.pt");
                refused++;
            }
        }
        assertThat(refused).isBetween(1, 1500);
    }

    @Test
    void a_damaged_pickle_in_an_archive_fails_its_checksum() throws IOException {
        byte[] whole = PickleBytes.tensor(4, 0, new int[] {4}, new int[] {1}).inZip(new byte[16]);
        int at = new String(whole, StandardCharsets.ISO_8859_1).indexOf("FloatStorage");
        whole[at] = 'G';
        assertRefused(whole, "entry 'a/data.pkl'", "checksum");
    }

    @Test
    void the_plain_layout_checks_version_and_lengths() {
        byte[] good = new PickleBytes().op('}', '.').inPlain();
        assertThat(open(good).names()).isEmpty();
        byte[] version = good.clone();
        version[18] = 9;
        assertRefused(version, "version");
        PickleBytes claims = PickleBytes.tensor(4, 0, new int[] {4}, new int[] {1});
        byte[] head = claims.inPlain();
        byte[] keyed = new PickleBytes()
                .ascii(new String(Arrays.copyOf(head, head.length - 4), StandardCharsets.ISO_8859_1))
                .op(0x80, 2, ']')
                .text("0")
                .op('a', '.')
                .i8(1L << 60)
                .bytes();
        assertRefused(keyed, "storage '0' claims 1152921504606846976 elements");
        assertRefused(head, "storage '0' is missing");
    }

    private static TorchCheckpoint open(byte[] bytes) {
        try {
            return TorchCheckpoint.open("good.pt", ByteSource.ofBytes(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
