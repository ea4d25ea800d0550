package io.github.rewrite4j.samediff;

import io.github.rewrite4j.samediff.linalg.Matrix;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Reads the float32 and float64 tensors of a file in the test resources under golden/, as tests need them. */
public final class GoldenFile {
    private final Map<String, INDArray> tensors = new TreeMap<>();

    private GoldenFile() {}

    /** Opens golden/NAME.safetensors. */
    public static GoldenFile open(String name) {
        try (InputStream in = GoldenFile.class.getResourceAsStream("/golden/" + name + ".safetensors")) {
            if (in == null) {
                throw new IllegalArgumentException("No golden file " + name);
            }
            return parse(ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GoldenFile parse(ByteBuffer bytes) throws IOException {
        GoldenFile file = new GoldenFile();
        int headerLength = Math.toIntExact(bytes.getLong());
        byte[] text = new byte[headerLength];
        bytes.get(text);
        JsonNode header = new ObjectMapper().readTree(text);
        header.fields().forEachRemaining(entry -> {
            if (!entry.getKey().equals("__metadata__")) {
                JsonNode node = entry.getValue();
                bytes.position(
                        8 + headerLength + node.get("data_offsets").get(0).asInt());
                file.tensors.put(entry.getKey(), tensor(bytes, node));
            }
        });
        return file;
    }

    private static INDArray tensor(ByteBuffer bytes, JsonNode node) {
        long[] shape = new long[node.get("shape").size()];
        int length = 1;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = node.get("shape").get(i).asLong();
            length *= (int) shape[i];
        }
        if (node.get("dtype").asText().equals("F64")) {
            double[] values = new double[length];
            bytes.asDoubleBuffer().get(values);
            return Nd4j.createFromArray(values).reshape('c', shape);
        }
        float[] values = new float[length];
        bytes.asFloatBuffer().get(values);
        return Nd4j.createFromArray(values).reshape('c', shape);
    }

    /** A tensor in its own type. */
    public INDArray array(String name) {
        INDArray tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("No tensor " + name + " among " + tensors.keySet());
        }
        return tensor;
    }

    /** A tensor of rank 1 (as one column) or 2 in float64. */
    public Matrix matrix(String name) {
        return Matrix.of(array(name));
    }
}
