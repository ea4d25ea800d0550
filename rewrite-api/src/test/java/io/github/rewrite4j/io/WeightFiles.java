package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.fuzz.ReaderTrial;
import io.github.rewrite4j.io.internal.ByteSource;
import io.github.rewrite4j.io.internal.ReadBudget;
import io.github.rewrite4j.io.internal.ZipArchive;
import io.github.rewrite4j.io.torch.TorchCheckpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Valid files of weights to start fuzzing from, and reading such files to their end. */
final class WeightFiles {
    static final ReaderTrial SAFETENSORS =
            ReaderTrial.of("safetensors", file -> readAll(SafeTensors.open("a.safetensors", ByteSource.ofBytes(file))));
    static final ReaderTrial TORCH =
            ReaderTrial.of("torch", file -> readAll(TorchCheckpoint.open("a.pt", ByteSource.ofBytes(file))));
    static final ReaderTrial NPZ =
            ReaderTrial.of("npz", file -> readAll(NpzFile.open("a.npz", ByteSource.ofBytes(file))));

    /** A pickle, put into an archive whose checksums hold, with three storages. */
    static final ReaderTrial PICKLE = ReaderTrial.of(
            "pickle", pickle -> readAll(TorchCheckpoint.open("a.pt", ByteSource.ofBytes(archive(pickle)))));

    private WeightFiles() {}

    /** Asks for everything that the file says it has, and closes it. */
    static void readAll(TensorSource source) throws IOException {
        try (source) {
            for (String name : source.leftOut().keySet()) {
                assertThat(source.contains(name)).isFalse();
            }
            for (String name : source.names()) {
                try (INDArray array = source.load(name)) {
                    assertThat(array.shape()).isEqualTo(source.shape(name));
                }
                assertThat(source.type(name)).isNotNull();
            }
            assertThat(source.toString()).isNotEmpty();
        }
    }

    static void openTorch(byte[] file) throws IOException {
        TorchCheckpoint.open("a.pt", ByteSource.ofBytes(file)).close();
    }

    static void openNpz(byte[] file) throws IOException {
        NpzFile.open("a.npz", ByteSource.ofBytes(file)).close();
    }

    /** A fixture of the folder torch, see make_fixtures.py there. */
    static byte[] fixture(String name) {
        try (InputStream in = Objects.requireNonNull(WeightFiles.class.getResourceAsStream("/torch/" + name))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<byte[]> safetensors() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SafeTensorsWriter()
                .add("weight", new double[] {1, 2, 3, 4, 5, 6}, 2, 3)
                .add("bias", new float[] {1, 2}, 2)
                .add("step", new long[] {7})
                .add("none", new float[0], 0, 4)
                .addRaw("half", TensorType.F16, new byte[4], 2)
                .addRaw("flags", TensorType.BOOL, new byte[] {1, 0, 1}, 3)
                .addRaw("pixels", TensorType.U8, new byte[] {1, 2, 3}, 3)
                .metadata("kind", "fuzz")
                .writeTo(out);
        return Stream.of(out.toByteArray());
    }

    static Stream<byte[]> torch() {
        return Stream.of(
                        "zip.pt",
                        "plain.pt",
                        "bare.pth",
                        "bigendian.pt",
                        "protocol5.pt",
                        "numpy.pt",
                        "mixed_plain.pt",
                        "module.pt",
                        "persistent3.pkl",
                        "persistent4.pkl")
                .map(WeightFiles::fixture);
    }

    static Stream<byte[]> npz() {
        return Stream.of("stored.npz", "deflated.npz", "version2.npz").map(WeightFiles::fixture);
    }

    /** The pickles of the archives among {@link #torch}. */
    static Stream<byte[]> pickles() {
        return Stream.of(
                        "zip.pt",
                        "bare.pth",
                        "protocol3.pt",
                        "protocol4.pt",
                        "protocol5.pt",
                        "numpy.pt",
                        "numpy5.pt",
                        "mixed.pt",
                        "module.pt")
                .map(WeightFiles::pickle);
    }

    private static byte[] archive(byte[] pickle) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a/data.pkl", pickle);
        for (int i = 0; i < 20; i++) {
            entries.put("a/data/" + i, new byte[96]);
        }
        return PickleBytes.zip(entries, ZipEntry.STORED);
    }

    private static byte[] pickle(String name) {
        try {
            ZipArchive archive = ZipArchive.open(name, ByteSource.ofBytes(fixture(name)), ReadBudget.of(name, 1 << 20));
            String entry = archive.names().stream()
                    .filter(found -> found.endsWith("/data.pkl"))
                    .findFirst()
                    .orElseThrow();
            return archive.bytes(archive.entry(entry));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
