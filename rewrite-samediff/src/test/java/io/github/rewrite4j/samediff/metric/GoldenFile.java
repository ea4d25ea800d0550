package io.github.rewrite4j.samediff.metric;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Reads the F32 and F64 tensors of a safetensors file among the test resources. */
final class GoldenFile {
    private final ByteBuffer data;
    private final JsonNode header;

    private GoldenFile(ByteBuffer data, JsonNode header) {
        this.data = data;
        this.header = header;
    }

    static GoldenFile named(String name) {
        try (InputStream in = GoldenFile.class.getResourceAsStream("/golden/" + name + ".safetensors")) {
            if (in == null) {
                throw new IllegalArgumentException("there is no golden file " + name);
            }
            ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            int length = Math.toIntExact(bytes.getLong());
            String json = new String(bytes.array(), 8, length, StandardCharsets.UTF_8);
            ByteBuffer data =
                    bytes.slice(8 + length, bytes.capacity() - 8 - length).order(ByteOrder.LITTLE_ENDIAN);
            return new GoldenFile(data, new ObjectMapper().readTree(json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    INDArray tensor(String name) {
        JsonNode entry = header.required(name);
        JsonNode axes = entry.required("shape");
        long[] shape = new long[axes.size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = axes.get(i).asLong();
        }
        return entry.required("dtype").asText().equals("F64")
                ? Nd4j.createFromArray(doubles(name)).reshape('c', shape)
                : Nd4j.createFromArray(floats(name)).reshape('c', shape);
    }

    double[] doubles(String name) {
        double[] values = new double[bytes(name).remaining() / 8];
        bytes(name).asDoubleBuffer().get(values);
        return values;
    }

    private float[] floats(String name) {
        float[] values = new float[bytes(name).remaining() / 4];
        bytes(name).asFloatBuffer().get(values);
        return values;
    }

    private ByteBuffer bytes(String name) {
        JsonNode offsets = header.required(name).required("data_offsets");
        int from = offsets.get(0).asInt();
        return data.slice(from, offsets.get(1).asInt() - from).order(ByteOrder.LITTLE_ENDIAN);
    }
}
