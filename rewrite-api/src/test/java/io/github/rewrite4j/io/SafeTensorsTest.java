package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.rewrite4j.io.internal.ByteSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SafeTensorsTest {
    @TempDir
    private Path folder;

    private static byte[] written(SafeTensorsWriter writer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.writeTo(out);
        return out.toByteArray();
    }

    @Test
    void theWriterProducesExactlyTheseBytes() throws IOException {
        String header = "{'__metadata__':{'kind':'test','seed':'1'},"
                + "'b':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
                + "'a':{'dtype':'U8','shape':[1,3],'data_offsets':[8,11]}}";
        String padded = header + " ".repeat((8 - header.length() % 8) % 8);
        byte[] expected = HandMade.file(padded, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 7, 8, 255);
        byte[] actual = written(new SafeTensorsWriter()
                .metadata("seed", "1")
                .addRaw("a", TensorType.U8, new byte[] {7, 8, (byte) 255}, 1, 3)
                .metadata("kind", "test")
                .add("b", new float[] {1f, -2f}, 2));
        assertThat(actual).isEqualTo(expected);
        assertThat(expected[0] % 8).isZero();
    }

    @Test
    void theOrderOfAddingDoesNotMatter() throws IOException {
        double[] one = {1, 2};
        byte[] flags = {1, 0, 1};
        byte[] forward = written(new SafeTensorsWriter()
                .add("x", one, 2)
                .add("y", one, 2)
                .addRaw("a", TensorType.BOOL, flags, 3)
                .metadata("k", "v")
                .metadata("j", "w"));
        byte[] backward = written(new SafeTensorsWriter()
                .metadata("j", "w")
                .metadata("k", "v")
                .addRaw("a", TensorType.BOOL, flags, 3)
                .add("y", one, 2)
                .add("x", one, 2));
        assertThat(forward).isEqualTo(backward);
        assertThat(HandMade.open(forward).names()).containsExactly("x", "y", "a");
    }

    @Test
    void aFileOfNothingIsLegal() throws IOException {
        SafeTensors nothing = HandMade.open(HandMade.file("{}"));
        assertThat(nothing.names()).isEmpty();
        assertThat(nothing.metadata()).isEmpty();
        assertThat(written(new SafeTensorsWriter())).isEqualTo(HandMade.file("{}      "));
    }

    @Test
    void tensorsAreNamedInTheOrderOfTheirValues() throws IOException {
        SafeTensors tensors = HandMade.open(HandMade.file(
                "{'last':{'dtype':'U8','shape':[2],'data_offsets':[1,3]},"
                        + "'first':{'data_offsets':[0,1],'shape':[],'dtype':'BOOL'}}",
                1,
                254,
                255));
        assertThat(tensors.names()).containsExactly("first", "last");
        assertThat(tensors.info("last"))
                .isEqualTo(new TensorInfo("last", TensorType.U8, new long[] {2}, 1, 3))
                .hasToString("last U8 [2] [1, 3)");
        assertThat(tensors.longs("last")).containsExactly(254, 255);
        assertThat(tensors.floats("first")).containsExactly(1);
    }

    @Test
    void severalEmptyTensorsMayShareAnOffset() throws IOException {
        SafeTensors tensors = HandMade.open(HandMade.file(
                "{'b':{'dtype':'F32','shape':[0],'data_offsets':[1,1]},"
                        + "'x':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},"
                        + "'a':{'dtype':'I64','shape':[4,0],'data_offsets':[1,1]},"
                        + "'y':{'dtype':'U8','shape':[1],'data_offsets':[1,2]},"
                        + "'z':{'dtype':'F64','shape':[0,9],'data_offsets':[2,2]}}",
                5,
                6));
        assertThat(tensors.names()).containsExactly("x", "b", "a", "y", "z");
        assertThat(tensors.floats("b")).isEmpty();
        assertThat(tensors.longs("y")).containsExactly(6);
    }

    @Test
    void namesAndMetadataMayBeAnyUnicode() throws IOException {
        byte[] file = written(new SafeTensorsWriter()
                .add("größe \"\\\n\u0001 \uD83D\uDE00", new double[] {1})
                .add("", new double[] {2})
                .metadata("ключ", "値\0"));
        SafeTensors tensors = HandMade.open(file);
        assertThat(tensors.doubles("größe \"\\\n\u0001 \uD83D\uDE00")).containsExactly(1);
        assertThat(tensors.doubles("")).containsExactly(2);
        assertThat(tensors.metadata()).containsEntry("ключ", "値\0").hasSize(1);
    }

    @Test
    void readsTheNumbersOfAnIndependentWriter() throws IOException {
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/golden/zrng.safetensors"))) {
            SafeTensors tensors = SafeTensors.read(in, "zrng");
            assertThat(tensors.names()).hasSize(6).startsWith("rng_seed1_raw_f64_32");
            // The first values that numpy documents for RandomState(1).randn() and RandomState(7).rand().
            assertThat(tensors.doubles("rng_seed1_raw_f64_32")).startsWith(1.6243453636632417, -0.6117564136500754);
            assertThat(tensors.doubles("rng_seed7_uniform_16")).startsWith(0.07630828937395717);
            assertThat(tensors.load("z_seed1_first8x64").shape()).containsExactly(8, 64);
            assertThat(tensors.floats("z_seed1_first8x64"))
                    .isEqualTo(Arrays.copyOf(tensors.floats("z_seed1_first2x512"), 512));
            assertThat(tensors.load("fixednoise_seed1_4x4").getFloat(0, 0, 3, 3))
                    .isEqualTo(tensors.floats("fixednoise_seed1_4x4")[15]);
        }
    }

    @Test
    void readsOnlyWhatTheJavaTypeHoldsExactly() throws IOException {
        SafeTensors tensors = HandMade.open(written(new SafeTensorsWriter()
                .add("d", new double[] {0.1}, 1)
                .add("f", new float[] {0.1f}, 1)
                .add("l", new long[] {1}, 1)
                .addRaw("i", TensorType.I32, new byte[] {-1, -1, -1, -1})
                .addRaw("h", TensorType.F16, new byte[] {0, 0x3e})
                .addRaw("b", TensorType.BF16, new byte[] {(byte) 0xc0, 0x3f})));
        assertThat(tensors.doubles("f")).containsExactly(0.1f);
        assertThat(tensors.doubles("i")).containsExactly(-1);
        assertThat(tensors.longs("i")).containsExactly(-1);
        assertThat(tensors.floats("h")).containsExactly(1.5f);
        assertThat(tensors.doubles("h")).containsExactly(1.5);
        assertThat(tensors.floats("b")).containsExactly(1.5f);
        assertThat(tensors.doubles("b")).containsExactly(1.5);
        assertThat(tensors.bytes("h")).containsExactly(0, 0x3e);
        assertThatExceptionOfType(FileFormatException.class)
                .isThrownBy(() -> tensors.floats("d"))
                .withMessageContaining("key 'd': holds F64; expected a type that a float holds exactly");
        assertThatExceptionOfType(FileFormatException.class).isThrownBy(() -> tensors.doubles("l"));
        assertThatExceptionOfType(FileFormatException.class).isThrownBy(() -> tensors.longs("f"));
    }

    @Test
    void aMissingTensorIsAnsweredWithNearNames() throws IOException {
        SafeTensors tensors = HandMade.open(written(new SafeTensorsWriter()
                .add("layer5.weight", new float[] {1})
                .add("layer6.weight", new float[] {1})
                .add("mean", new float[] {1})));
        assertThat(tensors.contains("layer5.wieght")).isFalse();
        assertThatExceptionOfType(FileFormatException.class)
                .isThrownBy(() -> tensors.load("layer5.wieght"))
                .withMessage("'made.safetensors', key 'layer5.wieght': there is no such tensor."
                        + " Nearest names: 'layer5.weight', 'layer6.weight'.");
    }

    @Test
    void useAfterCloseIsRefused() throws IOException {
        Path file = folder.resolve("closed.safetensors");
        new SafeTensorsWriter().add("x", new float[] {1}).write(file);
        SafeTensors tensors = SafeTensors.open(file);
        tensors.close();
        assertThat(tensors.names()).containsExactly("x");
        assertThatIllegalStateException()
                .isThrownBy(() -> tensors.floats("x"))
                .withMessageContaining("closed.safetensors' was closed");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> SafeTensors.open(folder.resolve("nowhere.safetensors")))
                .withMessageContaining("nowhere.safetensors: there is no such file");
        assertThatExceptionOfType(FileSystemException.class)
                .isThrownBy(() -> SafeTensors.open(folder))
                .withMessageContaining("this is a folder; name a file in it");
    }

    @Test
    void aFileThatShrinksWhileOpenIsNoticed() throws IOException {
        Path file = folder.resolve("shrinking.safetensors");
        new SafeTensorsWriter().add("x", new float[1000], 1000).write(file);
        try (SafeTensors tensors = SafeTensors.open(file)) {
            try (RandomAccessFile shorter = new RandomAccessFile(file.toFile(), "rw")) {
                shorter.setLength(1000);
            }
            assertThatExceptionOfType(FileFormatException.class)
                    .isThrownBy(() -> tensors.floats("x"))
                    .withMessageContaining("key 'x': the file ends at byte 1000");
        }
    }

    @Test
    void moreValuesThanAJavaArrayHoldsAreRefusedBeforeAnyIsRead() throws IOException {
        long values = 1L << 31;
        byte[] start = HandMade.file("{'huge':{'dtype':'U8','shape':[2147483648],'data_offsets':[0,2147483648]}}");
        ByteSource pretended = new ByteSource() {
            @Override
            public long size() {
                return start.length + values;
            }

            @Override
            public void read(long position, ByteBuffer target) {
                byte[] padded = Arrays.copyOfRange(start, (int) position, (int) position + target.remaining());
                target.put(padded);
            }

            @Override
            public void close() {}
        };
        SafeTensors tensors = SafeTensors.open("huge.safetensors", pretended);
        assertThat(tensors.info("huge").length()).isEqualTo(values);
        for (TensorReader reader :
                new TensorReader[] {tensors::bytes, tensors::floats, tensors::doubles, tensors::longs, tensors::load}) {
            assertThatExceptionOfType(FileFormatException.class)
                    .isThrownBy(() -> reader.read("huge"))
                    .withMessageContaining("has 2147483648 values; expected at most 2147483639");
        }
    }

    private interface TensorReader {
        Object read(String name) throws IOException;
    }

    @Test
    void aRefusedFileIsNotHeldOpen() throws IOException {
        boolean[] closed = new boolean[1];
        ByteSource broken = new ByteSource() {
            @Override
            public long size() {
                return 3;
            }

            @Override
            public void read(long position, ByteBuffer target) {}

            @Override
            public void close() {
                closed[0] = true;
            }
        };
        assertThatExceptionOfType(FileFormatException.class).isThrownBy(() -> SafeTensors.open("broken", broken));
        assertThat(closed[0]).isTrue();
    }

    @Test
    void theWriterRefusesWhatNoReaderCouldRead() {
        SafeTensorsWriter writer = new SafeTensorsWriter().add("x", new float[] {1});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.add("x", new float[] {1}))
                .withMessageContaining("'x' was added before");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.add("__metadata__", new float[] {1}))
                .withMessageContaining("keeps this name for metadata");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.add("y", new float[] {1, 2}, 3))
                .withMessage("Tensor 'y': shape [3] needs 3 values of F32, got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.addRaw("y", TensorType.F32, new byte[5], 1))
                .withMessageContaining("needs 4 values of U8, got 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.addRaw("y", TensorType.BOOL, new byte[] {2}, 1))
                .withMessageContaining("stored as 0 or 1, got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.add("half \uD83D", new float[] {1}))
                .withMessageContaining("unpaired surrogate");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> writer.metadata("k", "half \uD83D"))
                .withMessageContaining("unpaired surrogate");
    }

    @Test
    void aFailedWriteLeavesTheOldFile() throws IOException {
        Path file = folder.resolve("kept.safetensors");
        new SafeTensorsWriter().add("x", new float[] {1}).write(file);
        byte[] before = Files.readAllBytes(file);
        INDArray gone = Nd4j.createFromArray(1f, 2f);
        SafeTensorsWriter writer =
                new SafeTensorsWriter().add("a", new double[] {1}).add("gone", gone);
        gone.close();
        assertThatIllegalStateException().isThrownBy(() -> writer.write(file));
        assertThat(file).hasBinaryContent(before);
        assertThat(folder).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void aStreamIsReadToItsEndAndLeftOpen() throws IOException {
        byte[] file = HandMade.file("{'x':{'dtype':'U8','shape':[1],'data_offsets':[0,1]}}", 9);
        boolean[] closed = new boolean[1];
        InputStream in = new ByteArrayInputStream(file) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        assertThat(SafeTensors.read(in, "x").bytes("x")).containsExactly(9);
        assertThat(closed[0]).isFalse();
        assertThat(new String(file, 8, 1, StandardCharsets.UTF_8)).isEqualTo("{");
    }
}
