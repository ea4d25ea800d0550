package io.github.rewrite4j.samediff.latent;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Fingerprints;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.latent.LatentBasis;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Bases as files: safetensors with {@code strengths} [k] and {@code directions} [k, d] in float64, and the metadata
 * {@code format, version, kind, generator, method, fingerprint}.
 */
public final class LatentBasisFile {
    private static final String KIND = "latent-basis";
    private static final String VERSION = "1";
    private static final String STRENGTHS = "strengths";
    private static final String DIRECTIONS = "directions";

    private LatentBasisFile() {}

    /** Writes a basis; the file appears whole or not at all. */
    public static void save(LatentBasis basis, Path file) throws IOException {
        Objects.requireNonNull(basis, "basis");
        Objects.requireNonNull(file, "file");
        SafeTensorsWriter writer = new SafeTensorsWriter();
        double[] flat = new double[basis.size() * basis.dimension()];
        for (int i = 0; i < basis.size(); i++) {
            System.arraycopy(basis.direction(i), 0, flat, i * basis.dimension(), basis.dimension());
        }
        writer.add(STRENGTHS, basis.strengths(), basis.size());
        writer.add(DIRECTIONS, flat, basis.size(), basis.dimension());
        writer.metadata("format", "rewrite4j")
                .metadata("version", VERSION)
                .metadata("kind", KIND)
                .metadata("generator", basis.generator())
                .metadata("method", basis.method())
                .metadata("fingerprint", fingerprint(basis));
        writer.write(file);
    }

    /**
     * Reads a basis.
     *
     * @throws FileFormatException when the file is damaged or holds something else
     */
    public static LatentBasis load(Path file) throws IOException {
        try (SafeTensors tensors = SafeTensors.open(file)) {
            Map<String, String> metadata = tensors.metadata();
            if (!KIND.equals(metadata.get("kind"))) {
                throw FileFormatException.atKey(
                        file.toString(),
                        "kind",
                        "this is no latent basis: its metadata says kind '" + metadata.get("kind") + "'");
            }
            if (!VERSION.equals(metadata.get("version"))) {
                throw FileFormatException.atKey(
                        file.toString(),
                        "version",
                        "this has the format version '" + metadata.get("version")
                                + "', but this library reads version 1; use a newer library");
            }
            LatentBasis basis = read(file, tensors);
            if (!fingerprint(basis).equals(metadata.get("fingerprint"))) {
                throw FileFormatException.atKey(
                        file.toString(),
                        "fingerprint",
                        "the numbers do not have the fingerprint that the file says; it is damaged");
            }
            return basis;
        }
    }

    private static LatentBasis read(Path file, SafeTensors tensors) throws IOException {
        long[] shape = tensors.shape(DIRECTIONS);
        double[] flat = tensors.doubles(DIRECTIONS);
        if (shape.length != 2 || flat.length == 0) {
            throw FileFormatException.atKey(
                    file.toString(),
                    DIRECTIONS,
                    "a basis has a matrix of directions, not a tensor of shape " + Arrays.toString(shape));
        }
        double[][] directions = new double[(int) shape[0]][(int) shape[1]];
        for (int i = 0; i < flat.length; i++) {
            directions[i / directions[0].length][i % directions[0].length] = flat[i];
        }
        try {
            return new LatentBasis(
                    tensors.metadata().getOrDefault("method", ""),
                    tensors.metadata().getOrDefault("generator", ""),
                    tensors.doubles(STRENGTHS),
                    directions);
        } catch (IllegalArgumentException wrong) {
            throw new FileFormatException(file.toString(), "contents", String.valueOf(wrong.getMessage()));
        }
    }

    private static String fingerprint(LatentBasis basis) {
        return Fingerprints.of(
                new TreeMap<>(Map.of(
                        STRENGTHS, Nd4j.createFromArray(basis.strengths()),
                        DIRECTIONS, Nd4j.createFromArray(basis.directions()))),
                basis.generator() + "/" + basis.method());
    }
}
