package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A broken file is refused with the place and the reason")
class MalformedSafeTensorsTest {
    private static final byte[] EMPTY_OBJECT = "{}".getBytes(StandardCharsets.UTF_8);

    /** A file of one tensor 'x' with four bytes of values. */
    private static Arguments tensor(String fields, String message) {
        return arguments(
                "fields " + shortened(fields),
                HandMade.file("{'x':{" + fields + "}}", 1, 2, 3, 4),
                "key 'x': " + message);
    }

    private static Arguments header(String header, String message) {
        return arguments(shortened(header), HandMade.file(header, 1, 2, 3, 4), message);
    }

    private static Arguments header(String description, byte[] header, String message) {
        return arguments(description, HandMade.file(header.length, header), message);
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(text.length(), 120));
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static Stream<Arguments> lengths() {
        return Stream.of(
                arguments("no bytes", new byte[0], "byte 0: this is an empty file"),
                arguments(
                        "seven bytes",
                        new byte[] {1, 2, 3, 4, 5, 6, 7},
                        "byte 0: the file has 7 bytes; expected at least 8"),
                arguments("zeros", new byte[8], "byte 0: this is a file of 8 bytes that begins with zeros only"),
                arguments(
                        "header beyond the end",
                        HandMade.file(3, EMPTY_OBJECT),
                        "byte 0: the header claims 3 bytes but only 2 follow"),
                arguments(
                        "header over the limit",
                        HandMade.file(100_000_001, EMPTY_OBJECT),
                        "byte 0: the header claims 100000001 bytes; expected at most 16000000"),
                arguments(
                        "length beyond a signed long",
                        HandMade.file(-1, EMPTY_OBJECT),
                        "the header claims 18446744073709551615 bytes"));
    }

    static Stream<Arguments> json() {
        return Stream.of(
                header(" {}", "byte 8: the header does not begin with '{'"),
                header("[]", "byte 8: the header does not begin with '{'"),
                header("{'x'", "the header is not valid JSON"),
                header("{'x':", "the header is not valid JSON"),
                header("{'x':{'dtype':'U8'", "the header is not valid JSON"),
                header("{x:1}", "byte 10: the header is not valid JSON"),
                header("{'x':{'dtype':'U8','shape':[04]", "the header is not valid JSON"),
                header("{} {}", "byte 11: something follows the JSON object"),
                header("{}x", "the header is not valid JSON"),
                header("{'größe':y}", "byte 20: the header is not valid JSON"),
                header("bytes that are not UTF-8", latin("{\"\u00ff\":1}"), "byte 10: the header is not UTF-8 here"),
                header("a cut UTF-8 sequence", latin("{\"\u00c3"), "byte 10: the header is not UTF-8 here"),
                header("UTF-16", "{}".getBytes(StandardCharsets.UTF_16LE), "the header is not valid JSON"),
                header("{'\\ud800':1}", "a string holds an unpaired surrogate"),
                header(
                        "{'x':{'dtype':'U8','shape':[2],'data_offsets':[0,2]},"
                                + "'x':{'dtype':'U8','shape':[2],'data_offsets':[2,4]}}",
                        "Duplicate field 'x'"),
                header("{'__metadata__':{},'__metadata__':{}}", "Duplicate field '__metadata__'"),
                header("{'__metadata__':{'a':'1','a':'1'}}", "Duplicate field 'a'"),
                header("{'x':[]}", "key 'x': is not an object; expected dtype, shape and data_offsets"),
                header("{'x':null}", "key 'x': is not an object"),
                header("{'" + "n".repeat(1000) + "':1}", "key '" + "n".repeat(80) + "...': is not an object"),
                header("{'line\\nbreak':1}", "key 'line\\u000abreak': is not an object"),
                header("{'x':" + "[".repeat(1_000_000), "key 'x': is not an object"),
                header("{'__metadata__':" + "[".repeat(1_000_000), "key '__metadata__': '__metadata__' is no object"),
                header("{'__metadata__':{'seed':" + "[".repeat(1_000_000), "nests more than 32 deep"),
                header("{'x':{'scale':" + "[{'a':".repeat(500_000), "nests more than 32 deep"));
    }

    static Stream<Arguments> fields() {
        return Stream.of(
                tensor("", "has no data_offsets"),
                tensor("'shape':[4],'data_offsets':[0,4]", "has no dtype; expected dtype, shape and data_offsets"),
                tensor("'dtype':'U8','data_offsets':[0,4]", "has no shape"),
                tensor("'dtype':'U8','shape':[4]", "has no data_offsets"),
                tensor("'dtype':'C64','shape':[4],'data_offsets':[4,0]", "data_offsets [4, 0] are no span"),
                tensor("'dtype':8,'shape':[4],'data_offsets':[0,4]", "dtype is not a string"),
                tensor("'dtype':'U8','shape':4,'data_offsets':[0,4]", "shape is not an array"),
                tensor("'dtype':'U8','shape':['4'],'data_offsets':[0,4]", "shape holds something that is not a whole"),
                tensor("'dtype':'U8','shape':[4.0],'data_offsets':[0,4]", "shape holds something that is not a whole"),
                tensor("'dtype':'U8','shape':[[4]],'data_offsets':[0,4]", "shape holds something that is not a whole"),
                tensor("'dtype':'U8','shape':[null],'data_offsets':[0,4]", "shape holds something that is not a whole"),
                tensor("'dtype':'U8','shape':[-4],'data_offsets':[0,4]", "shape holds the negative number -4"),
                tensor("'dtype':'U8','shape':[-2,-2],'data_offsets':[0,4]", "shape holds the negative number -2"),
                tensor(
                        "'dtype':'U8','shape':[9223372036854775808],'data_offsets':[0,4]",
                        "shape holds 9223372036854775808, which overflows"),
                tensor(
                        "'dtype':'U8','shape':[" + "9".repeat(1_000_000) + "],'data_offsets':[0,4]",
                        "shape holds 99999999"),
                tensor("'dtype':'U8','shape':[4294967296,4294967296],'data_offsets':[0,0]", "the size of shape"),
                tensor("'dtype':'F64','shape':[2305843009213693952],'data_offsets':[0,0]", "the size of shape"),
                tensor(
                        "'dtype':'U8','shape':[4" + ",1".repeat(32) + "],'data_offsets':[0,4]",
                        "shape has more than 32"),
                tensor("'dtype':'U8','shape':[4],'data_offsets':[-4,0]", "data_offsets holds the negative number -4"),
                tensor("'dtype':'U8','shape':[4],'data_offsets':[0]", "data_offsets has 1 numbers; expected 2"),
                tensor("'dtype':'U8','shape':[4],'data_offsets':[0,4,4]", "data_offsets has more than 2 numbers"),
                tensor("'dtype':'U8','shape':[4],'data_offsets':'0,4'", "data_offsets is not an array"),
                tensor("'dtype':'U8','shape':[4],'data_offsets':[4,0]", "data_offsets [4, 0] are no span"),
                tensor(
                        "'dtype':'U8','shape':[3],'data_offsets':[0,4]",
                        "data_offsets [0, 4] span 4 bytes; expected 3 for shape [3] of U8"),
                tensor(
                        "'dtype':'F32','shape':[4],'data_offsets':[0,4]",
                        "data_offsets [0, 4] span 4 bytes; expected 16 for shape [4] of F32"),
                tensor(
                        "'dtype':'F32','shape':[0],'data_offsets':[0,4]",
                        "data_offsets [0, 4] span 4 bytes; expected 0 for shape [0] of F32"));
    }

    static Stream<Arguments> layout() {
        return Stream.of(
                tensor("'dtype':'U8','shape':[5],'data_offsets':[0,5]", "data_offsets end at 5 but only 4 bytes"),
                tensor(
                        "'dtype':'U8','shape':[9223372036854775807],'data_offsets':[0,9223372036854775807]",
                        "data_offsets end at 9223372036854775807 but only 4 bytes"),
                tensor(
                        "'dtype':'U8','shape':[3],'data_offsets':[1,4]",
                        "data_offsets begin at 1, which leaves a gap; expected 0"),
                header(
                        "{'x':{'dtype':'U8','shape':[3],'data_offsets':[0,3]}}",
                        "byte 64: 1 bytes follow the last tensor; expected none"),
                header("{}", "byte 10: 4 bytes follow the last tensor; expected none"),
                header(
                        "{'x':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},"
                                + "'y':{'dtype':'U8','shape':[2],'data_offsets':[2,4]}}",
                        "key 'y': data_offsets begin at 2, which leaves a gap; expected 1"),
                header(
                        "{'x':{'dtype':'U8','shape':[3],'data_offsets':[0,3]},"
                                + "'y':{'dtype':'U8','shape':[2],'data_offsets':[2,4]}}",
                        "key 'y': data_offsets begin at 2, which overlaps the tensor before; expected 3"),
                header(
                        "{'x':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},"
                                + "'y':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}}",
                        "key 'y': data_offsets begin at 0, which overlaps"),
                header(
                        "{'x':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},"
                                + "'y':{'dtype':'U8','shape':[0],'data_offsets':[2,2]}}",
                        "key 'y': data_offsets begin at 2, which overlaps"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"lengths", "json", "fields", "layout"})
    void isRefused(String description, byte[] file, String message) {
        assertThatExceptionOfType(FileFormatException.class)
                .as(description)
                .isThrownBy(() -> HandMade.open(file))
                .withMessageStartingWith("'made.safetensors', ")
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
    }

    @Test
    void aBooleanOtherThanZeroOrOneIsRefusedWhenRead() throws IOException {
        String header = "{'x':{'dtype':'BOOL','shape':[3],'data_offsets':[0,3]}}";
        SafeTensors tensors = HandMade.open(HandMade.file(header, 0, 1, 255));
        assertThatExceptionOfType(FileFormatException.class)
                .isThrownBy(() -> tensors.load("x"))
                .withMessage(
                        "'made.safetensors', byte " + (8 + header.length() + 2) + ": a BOOL is 255; expected 0 or 1");
        assertThatExceptionOfType(FileFormatException.class).isThrownBy(() -> tensors.doubles("x"));
        assertThatExceptionOfType(FileFormatException.class).isThrownBy(() -> tensors.floats("x"));
        assertThatExceptionOfType(FileFormatException.class).isThrownBy(() -> tensors.longs("x"));
    }

    @Test
    void theMessageNamesTheFileOnDisk(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("cut.safetensors"), new byte[5]);
        assertThatExceptionOfType(FileFormatException.class)
                .isThrownBy(() -> SafeTensors.open(file))
                .withMessageStartingWith("'" + file + "', byte 0: ");
    }

    @Test
    void manyEmptyTensorsKeepTheirOrder() throws IOException {
        StringBuilder header = new StringBuilder("{");
        for (int i = 0; i < 20_000; i++) {
            header.append(i == 0 ? "" : ",")
                    .append("'layer")
                    .append(i)
                    .append("':{'dtype':'U8','shape':[0],'data_offsets':[0,0]}");
        }
        assertThat(HandMade.open(HandMade.file(header + "}")).names())
                .hasSize(20_000)
                .startsWith("layer0", "layer1")
                .endsWith("layer19999");
    }
}
