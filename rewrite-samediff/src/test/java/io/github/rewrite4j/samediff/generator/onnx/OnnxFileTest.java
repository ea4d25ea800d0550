package io.github.rewrite4j.samediff.generator.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.io.FileFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import onnx.Onnx.ModelProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.protobuf.ByteString;

class OnnxFileTest {
    private static Net net() {
        return Net.opset(13).input("x", 3, 4, 4).weight("w", 3, 3, 1, 1).then("Conv", "w");
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(byte[] file) {
        return assertThatThrownBy(() -> OnnxFile.parse(file, "net.onnx", null)).isInstanceOf(FileFormatException.class);
    }

    private static OnnxFile with(TensorProto.Builder tensor, Path folder) throws Exception {
        return OnnxFile.parse(net().tensor(tensor.setName("t").build()).file(), "net.onnx", folder);
    }

    @Test
    void whatIsNoOnnxIsSaid() {
        refused(new byte[0]).hasMessageContaining("no ONNX graph");
        refused("<!DOCTYPE html><html></html>".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .hasMessageContaining("net.onnx");
    }

    @Test
    void aTruncatedFileIsRefusedWhereverItEnds() {
        byte[] whole = net().file();
        for (int end = 1; end < whole.length - 1; end++) {
            byte[] part = Arrays.copyOf(whole, end);
            try {
                OnnxFile.parse(part, "net.onnx", null);
            } catch (java.io.IOException expected) {
                assertThat(expected.getMessage()).hasSizeLessThan(1000);
            }
        }
    }

    @Test
    void lengthsThatLieAreRefusedWithoutAllocating() {
        byte[] lying = {0x3a, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07, 0x0a};
        refused(lying).hasMessageContaining("damaged");
    }

    @Test
    void theOrderOfNodesIsChecked() {
        refused(Net.opset(13)
                        .input("x", 3, 4, 4)
                        .node("Add", List.of("x", "b"), List.of("a"), n -> {})
                        .node("Neg", List.of("a"), List.of("b"), n -> {})
                        .file())
                .hasMessageContaining("cyclic or out of order");
        refused(net().then("Conv", "missing").file()).hasMessageContaining("an initialiser is missing");
        refused(net().weight("w", 2).file()).hasMessageContaining("two initialisers");
        refused(net().node("Neg", List.of("x"), List.of("value0"), n -> {}).file())
                .hasMessageContaining("twice");
    }

    @Test
    void opsetsBeyondWhatIsKnownAreRefused() {
        refused(Net.opset(6).input("x", 3).then("Neg").file()).hasMessageContaining("opset 6");
        refused(Net.opset(99).input("x", 3).then("Neg").file()).hasMessageContaining("opset 99");
    }

    @Test
    void everyTypeOfNumberIsRead() throws Exception {
        ByteBuffer doubles = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(1.5)
                .putDouble(-2);
        OnnxFile file = with(
                TensorProto.newBuilder()
                        .setDataType(TensorProto.DataType.DOUBLE_VALUE)
                        .addDims(2)
                        .setRawData(ByteString.copyFrom(doubles.array())),
                null);
        assertThat(file.initialiser("t").allReals()).containsExactly(1.5f, -2);
        TensorProto.Builder half = TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.FLOAT16_VALUE)
                .addDims(1)
                .setRawData(ByteString.copyFrom(new byte[] {0x00, 0x3e}));
        assertThat(with(half, null).initialiser("t").allReals()).containsExactly(1.5f);
        TensorProto.Builder brain = TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.BFLOAT16_VALUE)
                .addDims(1)
                .setRawData(ByteString.copyFrom(new byte[] {(byte) 0xc0, 0x3f}));
        assertThat(with(brain, null).initialiser("t").allReals()).containsExactly(1.5f);
        TensorProto.Builder bytes = TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.UINT8_VALUE)
                .addDims(2)
                .setRawData(ByteString.copyFrom(new byte[] {(byte) 200, 3}));
        assertThat(with(bytes, null).initialiser("t").allWholes()).containsExactly(200, 3);
    }

    @Test
    void shapesThatLieAreRefused() throws Exception {
        TensorProto.Builder vast = TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addDims(1L << 40)
                .addDims(1L << 40);
        assertThatThrownBy(() -> with(vast, null).initialiser("t")).hasMessageContaining("more than");
        TensorProto.Builder few = TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addDims(1000)
                .addFloatData(1);
        assertThatThrownBy(() -> with(few, null).initialiser("t"))
                .hasMessageContaining("1 numbers")
                .hasMessageContaining("1000");
    }

    private static TensorProto.Builder external(String location, long offset) {
        return TensorProto.newBuilder()
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addDims(2)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue(location))
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("offset").setValue(Long.toString(offset)));
    }

    @Test
    void weightsBesideTheFileAreRead(@TempDir Path folder) throws Exception {
        ByteBuffer numbers = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(
                folder.resolve("weights.bin"),
                numbers.putFloat(9).putFloat(1.5f).putFloat(-2).array());
        assertThat(with(external("weights.bin", 4), folder).initialiser("t").allReals())
                .containsExactly(1.5f, -2);
        assertThatThrownBy(() -> with(external("weights.bin", 8), folder).initialiser("t"))
                .hasMessageContaining("which has 12");
        assertThatThrownBy(() -> with(external("missing.bin", 0), folder).initialiser("t"))
                .hasMessageContaining("no such file");
    }

    @Test
    void nothingOutsideTheFolderIsRead(@TempDir Path folder) throws Exception {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Files.write(folder.resolve("secret"), new byte[8]);
        Files.createSymbolicLink(inner.resolve("link"), folder.resolve("secret"));
        for (String location :
                new String[] {"../secret", folder.resolve("secret").toString(), "", "."}) {
            assertThatThrownBy(() -> with(external(location, 0), inner).initialiser("t"))
                    .hasMessageContaining("outside the folder");
        }
        assertThatThrownBy(() -> with(external("link", 0), inner).initialiser("t"))
                .hasMessageContaining("no such file");
    }

    @Test
    void mutatedFilesEndInASentence() {
        byte[] whole = net().file();
        Random random = new Random(3);
        for (int i = 0; i < 3000; i++) {
            byte[] mutated = whole.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            try {
                OnnxFile file = OnnxFile.parse(mutated, "net.onnx", null);
                file.initialisers().forEach(file::initialiser);
            } catch (java.io.IOException | OnnxException expected) {
                assertThat(expected.getMessage()).isNotBlank().hasSizeLessThan(2000);
            }
        }
    }

    @Test
    void aFileWithoutANameOfItsOpsetIsRefused() {
        ModelProto model = net().model().toBuilder().clearOpsetImport().build();
        refused(model.toByteArray()).hasMessageContaining("no operator set");
    }

    private static void refusedWhileBuilding(Net net, String... words) {
        assertThatThrownBy(() -> Networks.built(net))
                .isInstanceOf(io.github.rewrite4j.RewriteException.class)
                .hasMessageContainingAll(words)
                .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(2000));
    }

    private static Net latent() {
        return Net.opset(13).input("z", 6, 1, 1);
    }

    @Test
    void typesAndShapesThatContradictAreNamedWithTheirNode() {
        refusedWhileBuilding(
                latent().weight("w", 5, 3, 4, 4).then("ConvTranspose", "w"), "ConvTranspose_0", "5 channels", "has 6");
        refusedWhileBuilding(latent().wholes("w", 1, 2, 3).then("Reshape", "w"), "Reshape_0");
        refusedWhileBuilding(latent().weight("s", 2).then("Reshape", "s"), "Reshape_0");
        refusedWhileBuilding(latent().weight("w", 3, 6, 9, 9).then("Conv", "w"), "Conv_0");
        refusedWhileBuilding(
                latent().weight("w", 6).weight("v", 7).then("BatchNormalization", "w", "w", "v", "w"), "_0");
        refusedWhileBuilding(
                latent().wholes("i", 9).then("Gather", List.of("i"), a -> a.whole("axis", 1)), "Gather_0", "9");
        refusedWhileBuilding(latent().then("Squeeze", "z"), "Squeeze_0");
    }

    @Test
    void smallFilesThatWantToFillTheMemoryAreRefused() {
        refusedWhileBuilding(
                latent().wholes("shape", 16384, 16384)
                        .node("ConstantOfShape", List.of("shape"), List.of("vast"), a -> {})
                        .node("Relu", List.of("z"), List.of("r"), a -> {})
                        .then("Add", "vast"),
                "ConstantOfShape",
                "fill the memory");
        Net many = latent().wholes("shape", 4, 1 << 20);
        for (int i = 0; i < 9; i++) {
            many.node("ConstantOfShape", List.of("shape"), List.of("c" + i), a -> {});
        }
        many.node(
                        "Concat",
                        List.of("c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"),
                        List.of("all"),
                        a -> a.whole("axis", 0))
                .node("Add", List.of("z", "all"), List.of("sum"), a -> {});
        refusedWhileBuilding(many, "fill the memory");
        refusedWhileBuilding(
                latent().reals("from", new float[] {0})
                        .reals("to", new float[] {1e9f})
                        .reals("by", new float[] {1})
                        .node("Range", List.of("from", "to", "by"), List.of("range"), a -> {})
                        .node("Add", List.of("z", "range"), List.of("sum"), a -> {}),
                "Range");
        refusedWhileBuilding(
                latent().wholes("shape", 1, 6, 1 << 15, 1 << 15).then("Expand", "shape"),
                "Expand_0",
                "numbers a sample");
    }

    @Test
    void aStringOfTwoGigabytesIsRefusedWithoutAllocating() {
        // Field 2, the producer's name, of 2^31 - 1 bytes; and a graph, field 7, of as many.
        for (int field : new int[] {0x12, 0x3a}) {
            byte[] lying = {8, 8, (byte) field, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 7, 1, 2, 3};
            refused(lying).hasMessageContaining("damaged");
        }
    }

    @Test
    void aFolderThatIsALinkLeadsNowhere(@TempDir Path folder) throws Exception {
        Path secret = Files.createDirectories(folder.resolve("secret"));
        Files.write(secret.resolve("w.bin"), new byte[48]);
        Path inner = Files.createDirectories(folder.resolve("network"));
        Files.createSymbolicLink(inner.resolve("sub"), secret);
        assertThatThrownBy(() -> with(external("sub/w.bin", 0), inner).initialiser("t"))
                .hasMessageContaining("outside the folder");
    }
}
