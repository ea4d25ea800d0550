package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.io.internal.ByteSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Files that numpy 1.24 wrote, see torch/make_fixtures.py in the resources, and broken ones. */
class NpzFileTest {
    private static byte[] fixture(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(NpzFileTest.class.getResourceAsStream("/torch/" + name))) {
            return in.readAllBytes();
        }
    }

    private static NpzFile open(byte[] bytes) throws IOException {
        return NpzFile.open("a.npz", ByteSource.ofBytes(bytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"stored.npz", "deflated.npz"})
    void arrays_of_every_type_and_order_keep_their_values(String name) throws IOException {
        try (NpzFile npz = open(fixture(name))) {
            assertThat(npz.names()).hasSize(14).contains("c", "fortran");
            assertThat(npz.load("c").data().asFloat()).containsExactly(0, 1, 2, 3, 4, 5);
            assertThat(npz.shape("fortran")).containsExactly(2, 3, 4);
            assertThat(npz.load("fortran").data().asDouble())
                    .isEqualTo(IntStream.range(0, 24).asDoubleStream().toArray());
            assertThat(npz.type("half")).isEqualTo(TensorType.F16);
            assertThat(npz.load("half").data().asFloat()).containsExactly(1, -0.5f, 65504);
            assertThat(npz.load("big").data().asFloat()).containsExactly(1.5f, -2);
            assertThat(npz.load("i8").getLong(0)).isEqualTo(-(1L << 62));
            assertThat(npz.load("i4").getInt(0)).isEqualTo(-7);
            assertThat(npz.load("i2").getInt(0)).isEqualTo(-300);
            assertThat(npz.load("i1").getInt(0)).isEqualTo(-128);
            assertThat(npz.load("u1").getInt(0)).isEqualTo(255);
            assertThat(npz.load("u2").getInt(0)).isEqualTo(65535);
            assertThat(npz.load("u4").getLong(0)).isEqualTo(4294967295L);
            assertThat(npz.load("flags").castTo(DataType.INT32).data().asInt()).containsExactly(1, 0);
            assertThat(npz.load("scalar").shape()).isEmpty();
            assertThat(npz.load("scalar").getFloat(0)).isEqualTo(3.5f);
            assertThat(npz.load("empty").shape()).containsExactly(0, 2);
        }
    }

    @Test
    void version_two_headers_are_read() throws IOException {
        try (NpzFile npz = open(fixture("version2.npz"))) {
            assertThat(npz.load("a").data().asFloat()).containsExactly(0, 1, 2);
        }
    }

    @Test
    void arrays_of_objects_are_left_out() throws IOException {
        try (NpzFile npz = open(fixture("objects.npz"))) {
            assertThat(npz.names()).isEmpty();
            assertThatThrownBy(() -> npz.load("evil"))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContainingAll("key 'evil'", "an array of Python objects");
        }
    }

    @Test
    void an_unknown_name_lists_the_nearest() throws IOException {
        try (NpzFile npz = open(fixture("stored.npz"))) {
            assertThatThrownBy(() -> npz.load("fortan")).hasMessageContaining("'fortran'");
        }
    }

    private static byte[] npy(String header, int values) {
        String padded = header + " ".repeat(117 - header.length()) + "\n";
        return new PickleBytes()
                .op(0x93)
                .ascii("NUMPY")
                .op(1, 0, 118, 0)
                .ascii(padded)
                .ascii("\0".repeat(values))
                .bytes();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }|8|number 2 of a storage of 2",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }|12|12 bytes follow the header",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }|8|lacks shape",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }|8|overflows",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }|8|is none",
                "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (2,), }|8|lacks fortran_order",
            })
    void headers_that_do_not_fit_are_refused(String header, int values, String problem) {
        byte[] file = PickleBytes.zip(Map.of("x.npy", npy(header, values)), ZipEntry.STORED);
        assertThatThrownBy(() -> open(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("entry 'x.npy'", problem);
    }

    @Test
    void an_entry_that_is_no_array_whatever_its_name_is_left_out() throws IOException {
        byte[] text = "hello, world".getBytes(StandardCharsets.US_ASCII);
        byte[] array = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 8);
        Map<String, byte[]> entries = Map.of("__MACOSX/._w.npy", text, "w.npy", array);
        try (NpzFile npz = open(PickleBytes.zip(entries, ZipEntry.STORED))) {
            assertThat(npz.names()).containsExactly("w");
            assertThatThrownBy(() -> npz.load("__MACOSX/._w")).hasMessageContaining("mark of an npy array");
        }
    }

    @Test
    void a_zip_bomb_is_refused_before_anything_is_allocated() {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
        byte[] bomb = PickleBytes.zip(Map.of("x.npy", npy(header, 8)), ZipEntry.DEFLATED);
        int directory = new String(bomb, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
        bomb[directory + 24 + 3] = 0x70;
        assertThatThrownBy(() -> open(bomb))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("entry 'x.npy'", "claim to become 1879048");
    }

    @Test
    void an_entry_that_claims_more_than_it_inflates_to_is_refused() throws IOException {
        byte[] file = fixture("deflated.npz");
        int directory = new String(file, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
        file[directory + 24 + 1]++;
        assertThatThrownBy(() -> open(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("bytes follow the header");
    }

    @Test
    void damaged_values_fail_their_checksum_and_truncations_are_refused() throws IOException {
        byte[] whole = fixture("deflated.npz");
        for (int length = 0; length < whole.length; length += 11) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> open(part)).isInstanceOf(FileFormatException.class);
        }
        byte[] wrongSum = whole.clone();
        int directory = new String(whole, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
        wrongSum[directory + 16] ^= 1;
        try (NpzFile npz = open(wrongSum)) {
            assertThatThrownBy(() -> npz.load("c")).hasMessageContaining("checksum");
        }
    }
}
