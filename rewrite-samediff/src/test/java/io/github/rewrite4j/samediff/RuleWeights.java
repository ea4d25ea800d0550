package io.github.rewrite4j.samediff;

import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.io.internal.JsonText;
import io.github.rewrite4j.latent.LegacyNumpyRandom;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * Weights that are told by a rule instead of a file: a + b g, g the Gaussian stream of numpy whose seed is the CRC of the
 * tensor's name.
 */
public final class RuleWeights {
    private RuleWeights() {}

    /** The tensors of a list of names, shapes and rules among the resources. */
    public static Map<String, INDArray> resource(String path) {
        try (InputStream in = Objects.requireNonNull(RuleWeights.class.getResourceAsStream(path), path)) {
            JsonNode list = JsonText.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), path);
            Map<String, INDArray> weights = new LinkedHashMap<>();
            for (JsonNode tensor : list.path("state_dict")) {
                String name = tensor.path("name").asText();
                JsonNode sizes = tensor.path("shape");
                long[] shape = new long[sizes.size()];
                for (int i = 0; i < shape.length; i++) {
                    shape[i] = sizes.get(i).asLong();
                }
                weights.put(name, tensor(name, shape, tensor.path("rule")));
            }
            return weights;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The values of one tensor. */
    public static INDArray tensor(String name, long[] shape, JsonNode rule) {
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        LegacyNumpyRandom random = new LegacyNumpyRandom(crc.getValue() & 0x7fffffff);
        int length = 1;
        for (long size : shape) {
            length = Math.toIntExact(length * size);
        }
        float a = (float) rule.path("a").asDouble();
        float b = (float) rule.path("b").asDouble();
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            float g = (float) random.nextGaussian();
            values[i] = a == 0 ? b * g : a + b * g;
        }
        return shape.length == 0 ? Nd4j.scalar(values[0]) : Nd4j.create(values, shape, 'c');
    }

    /** The tensors as a file. */
    public static byte[] file(Map<String, INDArray> weights) {
        return SafeTensorsWriter.of(weights, Map.of()).toBytes();
    }
}
