package io.github.rewrite4j.io;

import io.github.rewrite4j.io.internal.TensorData;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The identity of a generator: SHA-256 over its architecture and its weights, 64 lower-case hexadecimal digits.
 *
 * <p>Every tensor is hashed on its own (name, element type, shape, then the values little-endian and in C order), and
 * the fingerprint hashes a version tag, the architecture and these hashes sorted by name. So it depends neither on the
 * order in which tensors are added nor on how an array lies in memory, and one tensor at a time has to be at hand.
 * Values are compared by their bits: 0.0 and -0.0 differ.
 *
 * @param hex the digits
 */
public record Fingerprint(String hex) {
    private static final String VERSION = "rewrite4j fingerprint 1";
    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{64}");

    /** @throws IllegalArgumentException if {@code hex} is not 64 lower-case hexadecimal digits */
    public Fingerprint {
        Objects.requireNonNull(hex, "hex");
        if (!DIGITS.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "A fingerprint has 64 digits of 0-9a-f, but this is '" + PrintableText.name(hex) + "'");
        }
    }

    /** The fingerprint of named weights under an architecture. */
    public static Fingerprint of(Map<String, INDArray> weights, String architecture) {
        Objects.requireNonNull(weights, "weights");
        Builder builder = builder(architecture);
        weights.forEach(builder::add);
        return builder.build();
    }

    /** Starts a fingerprint; tensors follow one by one. The architecture is any text that tells networks apart. */
    public static Builder builder(String architecture) {
        return new Builder(architecture);
    }

    @Override
    public String toString() {
        return hex;
    }

    /** Collects the hashes of tensors. Not safe for use by several threads at once. */
    public static final class Builder {
        private final String architecture;
        private final SortedMap<String, byte[]> hashes = new TreeMap<>();

        private Builder(String architecture) {
            this.architecture = Objects.requireNonNull(architecture, "architecture");
        }

        /** Hashes an array, which is read at once and not kept. Cost: one copy in C order and one pass. */
        public Builder add(String name, INDArray array) {
            Objects.requireNonNull(name, "name");
            return add(name, TensorData.of(array));
        }

        /** Hashes float values, as an array of type FLOAT with this shape would be. */
        public Builder add(String name, float[] values, long... shape) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(values, "values");
            Objects.requireNonNull(shape, "shape");
            return add(name, TensorData.of(values, shape));
        }

        /** Hashes double values, as an array of type DOUBLE with this shape would be. */
        public Builder add(String name, double[] values, long... shape) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(values, "values");
            Objects.requireNonNull(shape, "shape");
            return add(name, TensorData.of(values, shape));
        }

        private Builder add(String name, TensorData data) {
            if (hashes.containsKey(name)) {
                throw new IllegalArgumentException(
                        "Tensor '" + name + "' was added before; every name may be added once");
            }
            hashes.put(name, sha256(out -> {
                writeText(out, name);
                writeText(out, data.type().name());
                out.writeInt(data.shape().length);
                for (long dimension : data.shape()) {
                    out.writeLong(dimension);
                }
                data.writeTo(out);
            }));
            return this;
        }

        /** The fingerprint of what was added so far. */
        public Fingerprint build() {
            byte[] hash = sha256(out -> {
                writeText(out, VERSION);
                writeText(out, architecture);
                for (byte[] tensor : hashes.values()) {
                    out.write(tensor);
                }
            });
            return new Fingerprint(HexFormat.of().formatHex(hash));
        }
    }

    @FunctionalInterface
    private interface Hashed {
        void writeTo(DataOutputStream out) throws IOException;
    }

    private static byte[] sha256(Hashed hashed) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            hashed.writeTo(new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest)));
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java platform has SHA-256", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Hashing writes to memory only", e);
        }
    }

    /** The length first, so that no two sequences of texts have the same bytes. */
    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
