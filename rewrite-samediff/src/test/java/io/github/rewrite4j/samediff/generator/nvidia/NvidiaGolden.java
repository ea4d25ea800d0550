package io.github.rewrite4j.samediff.generator.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.io.internal.JsonText;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * What the authors' own code computed for random networks, see make_golden.py: some numbers of each tensor. With the system
 * property {@code nvidia.golden} all of them, out of another folder.
 */
public final class NvidiaGolden {
    private static final double CLOSE = 1e-4;

    private final String name;
    private final Map<String, float[]> numbers = new HashMap<>();
    private final JsonNode facts;
    private final JsonNode hashes;
    private final Set<String> checked = new TreeSet<>();

    private NvidiaGolden(String name) throws IOException {
        this.name = name;
        try (SafeTensors file = SafeTensors.open(path(name + ".golden.safetensors"))) {
            for (String tensor : file.names()) {
                numbers.put(tensor, file.load(tensor).toFloatVector());
            }
            facts = JsonText.parse(Named.in(file.metadata(), "facts"), name);
            hashes = JsonText.parse(Named.in(file.metadata(), "hashes"), name);
        }
    }

    public static NvidiaGolden of(String name) throws IOException {
        return new NvidiaGolden(name);
    }

    /** A file of the fixtures. */
    public static Path path(String file) throws IOException {
        String folder = System.getProperty("nvidia.golden");
        if (folder != null) {
            return Path.of(folder, file);
        }
        Path copy = Files.createTempDirectory("nvidia").resolve(file);
        try (InputStream in = Objects.requireNonNull(NvidiaGolden.class.getResourceAsStream("/nvidia/" + file))) {
            Files.copy(in, copy);
        }
        copy.toFile().deleteOnExit();
        return copy;
    }

    /** A tensor that is there in full. */
    public INDArray whole(String tensor) {
        long[] shape = shape(tensor);
        return Nd4j.createFromArray(Named.in(numbers, tensor)).reshape('c', shape);
    }

    public boolean has(String tensor) {
        return numbers.containsKey(tensor);
    }

    private long[] shape(String tensor) {
        List<Long> shape = new ArrayList<>();
        facts.path(tensor).path("shape").forEach(size -> shape.add(size.asLong()));
        return shape.stream().mapToLong(size -> size).toArray();
    }

    /** Names that begin so. */
    public List<String> names(String beginning) {
        return numbers.keySet().stream()
                .filter(tensor -> tensor.startsWith(beginning))
                .sorted()
                .toList();
    }

    /** Samples that a tensor has been kept of. */
    public int samples(String tensor) {
        return Math.toIntExact(shape(tensor)[0]);
    }

    /** Checks the numbers that are known to 1e-4 of the largest. */
    public void check(String tensor, INDArray actual) {
        checked.add(tensor);
        assertThat(actual.shape()).as(tensor).containsExactly(shape(tensor));
        float[] all = actual.dup('c').data().asFloat();
        float[] expected = Named.in(numbers, tensor);
        double largest = facts.path(tensor).path("max").asDouble();
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs(all[(int) ((long) i * all.length / expected.length)] - expected[i]);
            worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
        }
        assertThat(worst).as("%s of %s", tensor, name).isLessThanOrEqualTo(CLOSE * largest);
    }

    /** That everything of these beginnings was checked. */
    public void requireAllChecked(String... beginnings) {
        for (String beginning : beginnings) {
            assertThat(checked).as(name).containsAll(names(beginning));
        }
    }

    /** Checks all weights bit by bit. */
    public void checkWeights(TensorSource state) throws IOException {
        List<String> names = new ArrayList<>();
        hashes.fieldNames().forEachRemaining(names::add);
        assertThat(state.names()).containsExactlyInAnyOrderElementsOf(names);
        for (String weight : names) {
            assertThat(hash(state.load(weight)))
                    .as(weight)
                    .isEqualTo(hashes.path(weight).asText());
        }
    }

    private static String hash(INDArray array) {
        float[] values = array.dup('c').data().asFloat();
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
            return HexFormat.of().formatHex(digest).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
