package io.github.rewrite4j.edit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Tensors of a safetensors file among the test resources, made by independent implementations. */
public final class GoldenFile {
    private final JsonNode header;
    private final ByteBuffer data;

    private GoldenFile(JsonNode header, ByteBuffer data) {
        this.header = header;
        this.data = data;
    }

    public static GoldenFile open(String name) throws IOException {
        try (InputStream stream = GoldenFile.class.getResourceAsStream("/golden/" + name)) {
            ByteBuffer file = ByteBuffer.wrap(
                            Objects.requireNonNull(stream, name).readAllBytes())
                    .order(ByteOrder.LITTLE_ENDIAN);
            byte[] json = new byte[Math.toIntExact(file.getLong())];
            file.get(json);
            JsonNode header = new ObjectMapper().readTree(new String(json, StandardCharsets.UTF_8));
            return new GoldenFile(header, file.slice().order(ByteOrder.LITTLE_ENDIAN));
        }
    }

    /** All values of a tensor, whatever its type. */
    public double[] values(String tensor) {
        JsonNode entry = Objects.requireNonNull(header.get(tensor), tensor);
        String type = entry.get("dtype").asText();
        int size = type.equals("F64") ? 8 : type.equals("F32") ? 4 : 1;
        int from = entry.get("data_offsets").get(0).asInt();
        double[] values = new double[(entry.get("data_offsets").get(1).asInt() - from) / size];
        for (int i = 0; i < values.length; i++) {
            int at = from + i * size;
            values[i] = size == 8 ? data.getDouble(at) : size == 4 ? data.getFloat(at) : data.get(at) & 0xFF;
        }
        return values;
    }

    public byte[] bytes(String tensor) {
        double[] values = values(tensor);
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (int) values[i];
        }
        return bytes;
    }
}
