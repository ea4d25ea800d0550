package io.github.rewrite4j.samediff;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.io.TensorType;
import io.github.rewrite4j.io.internal.JsonText;
import io.github.rewrite4j.latent.LegacyNumpyRandom;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * Weights that follow from their names: Gaussian numbers of numpy's legacy generator seeded with the CRC-32 of the name,
 * scaled and shifted.
 */
public final class RuleWeights implements TensorSource {
    /** Tens of millions of Gaussian numbers take seconds. */
    private static final Map<String, INDArray> MADE = new ConcurrentHashMap<>();

    private final String label;
    private final Map<String, JsonNode> rules = new LinkedHashMap<>();
    private final Map<String, long[]> shapes = new LinkedHashMap<>();

    public RuleWeights(String file) throws IOException {
        this(file, "state_dict");
    }

    /** One of several networks in a file among the families. */
    public RuleWeights(String file, String network) throws IOException {
        this.label = "/families/" + file;
        add(read(label).path(network));
    }

    private RuleWeights(String label, JsonNode entries) {
        this.label = label;
        add(entries);
    }

    /** The tensors of a list of names, shapes and rules among the resources. */
    public static Map<String, INDArray> resource(String path) {
        try {
            RuleWeights weights = new RuleWeights(path, read(path).path("state_dict"));
            Map<String, INDArray> tensors = new LinkedHashMap<>();
            for (String name : weights.names()) {
                tensors.put(name, weights.load(name));
            }
            return tensors;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tensors as a file. */
    public static byte[] file(Map<String, INDArray> weights) {
        return SafeTensorsWriter.of(weights, Map.of()).toBytes();
    }

    private static JsonNode read(String path) throws IOException {
        try (InputStream in = Objects.requireNonNull(RuleWeights.class.getResourceAsStream(path), path)) {
            return JsonText.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), path);
        }
    }

    private void add(JsonNode entries) {
        for (JsonNode entry : entries) {
            if (entry.path("rule").has("zero_i64")) {
                continue;
            }
            String name = entry.path("name").asText();
            JsonNode sizes = entry.path("shape");
            long[] shape = new long[sizes.size()];
            for (int i = 0; i < shape.length; i++) {
                shape[i] = sizes.get(i).asLong();
            }
            rules.put(name, entry.path("rule"));
            shapes.put(name, shape);
        }
    }

    /** With some tensors of other shapes. */
    public RuleWeights replaced(String key) throws IOException {
        add(read(label).path(key));
        return this;
    }

    /** With the shapes of a smaller network. */
    public RuleWeights resized(Map<String, long[]> smaller) {
        shapes.putAll(smaller);
        return this;
    }

    @Override
    public INDArray load(String name) throws FileFormatException {
        String key = label + name + rules.get(name) + Arrays.toString(shape(name));
        INDArray made = MADE.get(key);
        if (made == null) {
            made = make(name);
            MADE.put(key, made);
        }
        return made;
    }

    private INDArray make(String name) throws FileFormatException {
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        LegacyNumpyRandom random = new LegacyNumpyRandom(crc.getValue() & 0x7fffffffL);
        JsonNode rule = Objects.requireNonNull(rules.get(name), name);
        float a = (float) rule.path("a").asDouble();
        float b = (float) rule.path("b").asDouble();
        boolean absolute = rule.path("abs").asBoolean();
        long count = 1;
        for (long size : shape(name)) {
            count *= size;
        }
        float[] values = new float[Math.toIntExact(count)];
        long[] shape = shape(name);
        JsonNode split = rule.path("split");
        long after = 1;
        for (int axis = 2; axis < shape.length; axis++) {
            after *= shape[axis];
        }
        for (int i = 0; i < values.length; i++) {
            float g = (float) random.nextGaussian();
            boolean first =
                    split.size() == 2 && i / after % shape[1] < split.get(0).asLong();
            float scaled = (first ? (float) split.get(1).asDouble() : b) * (absolute ? Math.abs(g) : g);
            values[i] = a == 0 ? scaled : a + scaled;
        }
        return shape.length == 0 ? Nd4j.scalar(values[0]) : Nd4j.create(values, shape, 'c');
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public List<String> names() {
        return List.copyOf(shapes.keySet());
    }

    @Override
    public Map<String, String> leftOut() {
        return Map.of();
    }

    @Override
    public TensorType type(String name) {
        return TensorType.F32;
    }

    @Override
    public long[] shape(String name) throws FileFormatException {
        long[] shape = shapes.get(name);
        if (shape == null) {
            throw FileFormatException.atKey(label, name, "there is no such tensor");
        }
        return shape.clone();
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
