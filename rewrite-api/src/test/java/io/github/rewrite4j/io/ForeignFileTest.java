package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.io.torch.TorchCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no checkpoint is called by its name, whatever its name ends in and whatever reader it meets. */
class ForeignFileTest {
    @TempDir
    Path folder;

    private void assertCalled(byte[] content, String... words) throws IOException {
        Path file = Files.write(folder.resolve("model.pt"), content);
        assertThatThrownBy(() -> TensorSource.open(file).close())
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll(words);
        assertThatThrownBy(() -> SafeTensors.open(file).close()).hasMessageContainingAll(words);
        assertThatThrownBy(() -> TorchCheckpoint.open(file).close()).hasMessageContainingAll(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<!DOCTYPE html><html><head><title>Google Drive - Quota exceeded|web page",
                "<html>Too many requests</html>|web page",
                "\uFEFF  <HTML lang=en>|web page",
                "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>|XML",
                "version https://git-lfs.github.com/spec/v1|git lfs pull",
                "{'message': 'Not Found'}|JSON",
                "{\"metadata\": {\"total_size\": 9}, \"weight_map\": {\"w\": \"a-1-of-2.safetensors\"}}|index of a checkpoint",
                "/annex/objects/SHA256E-s1048576--abc.pt|git annex get",
                "../.git/annex/objects/4x/9K/SHA256E-s1--abc|git annex get",
                "Not Found|'Not Found', perhaps a message",
                "Error 403: quota of downloads exceeded, try again in a day or ask the owner of the file|Error 403",
            })
    void texts(String text, String words) throws IOException {
        assertCalled(text.getBytes(StandardCharsets.UTF_8), words.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource({
        "1f8b0800000000000003,gunzip",
        "fd377a585a000004,unxz",
        "425a683931415926,bunzip2",
        "28b52ffd24000000,unzstd",
        "384250530001000000,Photoshop",
        "ff0afa1f01005800,JPEG XL",
        "0000000c4a584c200d0a870a,JPEG XL",
        "3c73766720786d6c6e733d,SVG",
        "377abcaf271c0004,7z",
        "504b050600000000,empty zip",
        "934e554d50590100,numpy.savez",
        "894844460d0a1a0a,--keras FILE",
        "1c00000054464c33,--tflite FILE",
        "0807120770797468,ONNX",
        "4747554603000000,GGUF",
        "524946461000000057454250565038,WebP",
        "49492a0008000000,TIFF",
        "000000186674797068656963,HEIC",
        "53514c69746520666f726d6174203300,SQLite",
        "89504e470d0a1a0a,PNG",
        "ffd8ffe000104a46,JPEG",
        "04224d1864404007,unlz4",
        "000516070002000000,AppleDouble",
        "fffe3c0068007400,UTF-16",
        "feff003c00680074,UTF-16",
        "4d5a90000300000004,program",
        "d0cf11e0a1b11ae100,office",
        "286470300a5677,protocol",
        "'',empty file",
    })
    void files(String hex, String word) throws IOException {
        byte[] start = HexFormat.of().parseHex(hex);
        byte[] content = start;
        if (word.equals("ONNX")) {
            content = "\u0008\u0007\u0012\u0007pytorch\u001a\u00051.9.0".getBytes(StandardCharsets.US_ASCII);
        }
        assertCalled(content, "byte 0", word);
    }

    @Test
    void texts_of_any_language() throws IOException {
        assertCalled(
                "Zugriff auf die Datei verweigert für Gäste".getBytes(StandardCharsets.UTF_8), "a text", "für Gäste");
        // Cut off in the middle of a letter where the look at the file ends, and of a file that ends there.
        byte[] many = ("x" + "没有权限".repeat(200)).getBytes(StandardCharsets.UTF_8);
        assertCalled(many, "a text", "x没有权限");
        assertCalled(Arrays.copyOf(many, 300), "a text", "x没有权限");
        assertCalled("Zugriff verweigert für Gäste".getBytes(StandardCharsets.ISO_8859_1), "a text", "für Gäste");
    }

    @Test
    void zeros_of_a_download_that_was_broken_off() throws IOException {
        assertCalled(new byte[4096], "4096 bytes", "zeros only");
        assertCalled(new byte[3], "zeros only");
    }

    /** Where nothing but safetensors is read, as patches are. */
    @ParameterizedTest
    @CsvSource({"504b030400000808000000,zip archive", "8002637466,pickle"})
    void checkpoints_in_place_of_safetensors(String hex, String word) throws IOException {
        byte[] content = Arrays.copyOf(HexFormat.of().parseHex(hex), 64);
        Path file = Files.write(folder.resolve("patch.safetensors"), content);
        assertThatThrownBy(() -> SafeTensors.open(file).close())
                .hasMessageContainingAll(word, "PyTorch", "expected a safetensors file");
    }

    @Test
    void tar_archives() throws IOException {
        byte[] tar = new byte[1024];
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
        assertCalled(tar, "tar archive", "unpack");
    }

    @Test
    void models_of_keras() throws IOException {
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        try (java.util.zip.ZipOutputStream zip = new java.util.zip.ZipOutputStream(bytes)) {
            for (String entry : java.util.List.of("metadata.json", "config.json", "model.weights.h5")) {
                zip.putNextEntry(new java.util.zip.ZipEntry(entry));
                zip.write("{}".getBytes(StandardCharsets.US_ASCII));
                zip.closeEntry();
            }
        }
        Path file = Files.write(folder.resolve("model.keras"), bytes.toByteArray());
        assertThatThrownBy(() -> TensorSource.open(file).close()).hasMessageContainingAll("Keras model", "tf2onnx");
    }

    @Test
    void a_safetensors_header_may_have_any_length() throws IOException {
        // 0x8b1f bytes: the file begins like a gzip file.
        String header = "{" + " ".repeat(0x8b1f - 2) + "}";
        Path file = Files.write(folder.resolve("long.safetensors"), HandMade.file(header));
        TensorSource.open(file).close();
    }
}
