package io.github.rewrite4j.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.io.SafeTensorsWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
    private static final int SCREENS = 1100;

    @TempDir
    Path folder;

    private static Ended inspect(Path file) {
        Ended ended = Ended.run("inspect", file);
        assertThat(ended.out()).doesNotContain("\u001b", "\r\u0000");
        assertThat(ended.out().lines()).hasSizeLessThan(SCREENS);
        return ended;
    }

    private static void entry(ZipOutputStream zip, String name, String header, int bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0});
        zip.write((header + " ".repeat(117 - header.length()) + "\n").getBytes(StandardCharsets.ISO_8859_1));
        zip.write(new byte[bytes]);
    }

    @Test
    void npz_files_are_listed_with_what_is_left_out() throws IOException {
        Path file = folder.resolve("arrays.npz");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            entry(zip, "w.npy", "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", 24);
            entry(zip, "t.npy", "{'descr': '<U1', 'fortran_order': False, 'shape': (2,), }", 8);
        }
        Ended ended = inspect(file);
        assertThat(ended.code()).isZero();
        assertThat(ended.out())
                .contains(
                        "kind: tensors", "w  F32     [2, 3]", "left out: t, an array of text", "1 tensors, 6 numbers");
    }

    @Test
    void pytorch_files_are_listed() throws IOException {
        // torch.save({"step": 3}, file, _use_new_zipfile_serialization=False)
        byte[] plain = {
            (byte) 0x80,
            2,
            (byte) 0x8a,
            10,
            0x6c,
            (byte) 0xfc,
            (byte) 0x9c,
            0x46,
            (byte) 0xf9,
            0x20,
            0x6a,
            (byte) 0xa8,
            0x50,
            0x19,
            '.',
            (byte) 0x80,
            2,
            'M',
            (byte) 0xe9,
            3,
            '.',
            (byte) 0x80,
            2,
            '}',
            '.',
            (byte) 0x80,
            2,
            '}',
            'X',
            4,
            0,
            0,
            0,
            's',
            't',
            'e',
            'p',
            'K',
            3,
            's',
            '.',
            (byte) 0x80,
            2,
            ']',
            '.'
        };
        Ended ended = inspect(Files.write(folder.resolve("a.pt"), plain));
        assertThat(ended.code()).isZero();
        assertThat(ended.out()).contains("kind: tensors", "0 tensors, 0 numbers");
    }

    @Test
    void thousands_of_names_and_long_ones_are_bounded_and_printable() throws IOException {
        SafeTensorsWriter writer = new SafeTensorsWriter();
        for (int i = 0; i < 5000; i++) {
            writer.add("tensor" + i, new float[] {1}, 1);
        }
        writer.add("e\u001b[31m" + "n".repeat(100_000), new float[] {1}, 1);
        for (int i = 0; i < 500; i++) {
            writer.metadata("note" + i, "\u001b]0;x\u0007" + "v".repeat(2000));
        }
        Path file = folder.resolve("many.safetensors");
        writer.write(file);
        Ended ended = inspect(file);
        assertThat(ended.code()).isZero();
        assertThat(ended.out())
                .contains("... and 4101 more tensors", "... and 400 more lines of metadata", "5001 tensors");
        assertThat(ended.out().lines().mapToInt(String::length).max().orElse(0)).isLessThan(2000);
    }

    @Test
    void what_is_no_file_of_weights_is_called_by_its_name() throws IOException {
        Ended page = inspect(Files.writeString(folder.resolve("model.pt"), "<!DOCTYPE html><html>"));
        assertThat(page.code()).isEqualTo(1);
        assertThat(page.err()).contains("this is a web page (HTML)");
        Ended directory = inspect(folder);
        assertThat(directory.code()).isEqualTo(1);
        assertThat(directory.err())
                .contains("this is a folder; name a file in it")
                .doesNotContain("no file");
        Ended patch = inspect(rankless());
        assertThat(patch.code()).isEqualTo(1);
        assertThat(patch.err()).contains("key 'w/left'", "a rank of at least 1");
    }

    private Path rankless() throws IOException {
        Path file = folder.resolve("rank0.safetensors");
        new SafeTensorsWriter()
                .add("w/left", new float[0], 1, 0, 1, 1)
                .add("w/right", new float[0], 0, 5)
                .metadata("kind", "patch")
                .metadata("format", "rewrite4j")
                .metadata("version", "1")
                .metadata("generator", "x")
                .write(file);
        return file;
    }

    @Test
    void json_is_recognised_by_its_content() throws IOException {
        Path file = Files.writeString(folder.resolve("plan"), "\uFEFF {\"layer\": \"layer5\", \"list\": [1, 2]}");
        assertThat(inspect(file).out()).contains("layer: layer5", "list: [1,2]");
        assertThat(List.of(inspect(Files.writeString(folder.resolve("list.json"), "[1]"))
                        .code()))
                .containsExactly(0);
    }
}
