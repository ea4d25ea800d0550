package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.event.CacheEvent;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Fingerprints;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.TensorInfo;
import io.github.rewrite4j.io.TensorType;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.StreamedKeyCovariance;
import io.github.rewrite4j.stats.KeyCovariance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Second moments on disk, keyed by all that they depend on: the effective weights up to the keys, the layer, the
 * distribution of the inputs, the number of samples and the seed.
 *
 * <p>An entry that is damaged or does not belong to its key is never used: it is computed again and replaced, with a
 * warning in the log that says why. Entries appear whole or not at all, so several processes may share a directory; if
 * two compute the same entry at once, both get it right and one file remains.
 */
public final class CovarianceCache {
    private static final Logger log = LoggerFactory.getLogger(CovarianceCache.class);
    private static final String VERSION = "2";
    private static final String MATRIX = "moment";

    private final Path directory;

    private CovarianceCache(Path directory) {
        this.directory = directory;
    }

    /** A cache in this directory, which is created when the first entry is written. */
    public static CovarianceCache in(Path directory) {
        Objects.requireNonNull(directory, "directory");
        return new CovarianceCache(directory);
    }

    /**
     * The stored second moment, or a newly computed one that is then stored. A directory that cannot be written costs a
     * warning and the saving, not the result.
     */
    public KeyCovariance covariance(AssociativeMemory memory, int samples, long seed, ProgressListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(listener, "listener");
        Map<String, String> key = key(memory, samples, seed);
        Path entry = entry(key);
        if (Files.exists(entry)) {
            try {
                KeyCovariance kept = read(entry, key, memory.spec().keyShape().channels());
                CacheEvent.asked(memory.spec().first().name(), true);
                return kept;
            } catch (IOException | RewriteException damaged) {
                RewriteCancelledException.ifInterrupted("reading statistics");
                log.warn("The statistics in {} are not used and computed again: {}", entry, damaged.getMessage());
            }
        }
        CacheEvent.asked(memory.spec().first().name(), false);
        KeyCovariance covariance = memory.covariance(samples, seed, listener);
        try {
            write(entry, key, covariance);
        } catch (IOException unwritable) {
            RewriteCancelledException.ifInterrupted("keeping statistics");
            log.warn("The statistics could not be kept in {}: {}", directory, unwritable.getMessage());
        }
        return covariance;
    }

    /** The file that holds this entry, whether it exists or not. */
    public Path entryFor(AssociativeMemory memory, int samples, long seed) {
        return entry(key(memory, samples, seed));
    }

    private Path entry(Map<String, String> key) {
        String layer = Named.in(key, "layer").replaceAll("[^A-Za-z0-9._-]", "_");
        return directory.resolve(
                layer + "-" + Fingerprints.of(new TreeMap<>(), key.toString()).substring(0, 32) + ".safetensors");
    }

    private static Map<String, String> key(AssociativeMemory memory, int samples, long seed) {
        TreeMap<String, String> key = new TreeMap<>();
        key.put("format", "rewrite4j");
        key.put("version", VERSION);
        key.put("kind", "covariance");
        key.put("keys", memory.spec().keysFingerprint());
        key.put("layer", memory.spec().first().name());
        key.put("inputs", memory.sampler().id());
        key.put("samples", Integer.toString(samples));
        key.put("seed", Long.toString(seed));
        key.put("shape", memory.spec().keyShape().toString());
        return key;
    }

    static KeyCovariance read(Path entry, Map<String, String> key, int channels) throws IOException {
        try (SafeTensors tensors = SafeTensors.open(entry)) {
            Map<String, String> metadata = tensors.metadata();
            for (Map.Entry<String, String> expected : key.entrySet()) {
                if (!expected.getValue().equals(metadata.get(expected.getKey()))) {
                    throw FileFormatException.atKey(
                            entry.toString(),
                            expected.getKey(),
                            "the entry says '" + metadata.get(expected.getKey()) + "', but '" + expected.getValue()
                                    + "' is wanted");
                }
            }
            TensorInfo info = tensors.info(MATRIX);
            if (!Arrays.equals(info.shape(), new long[] {channels, channels}) || info.type() != TensorType.F64) {
                throw FileFormatException.atKey(
                        entry.toString(),
                        MATRIX,
                        "this is no matrix of " + channels + " x " + channels + " doubles, but "
                                + Arrays.toString(info.shape()) + " of type " + info.type());
            }
            INDArray matrix = tensors.load(MATRIX);
            String count = metadata.getOrDefault("count", "");
            if (!checksum(key, count, matrix).equals(metadata.get("checksum"))) {
                throw FileFormatException.atKey(
                        entry.toString(),
                        MATRIX,
                        "the numbers or their count do not match the checksum: the file was changed or damaged");
            }
            return StreamedKeyCovariance.of(Matrix.of(matrix), Long.parseLong(count));
        } catch (IllegalArgumentException wrong) {
            throw new FileFormatException(entry.toString(), "contents", String.valueOf(wrong.getMessage()));
        }
    }

    static void write(Path entry, Map<String, String> key, KeyCovariance covariance) throws IOException {
        INDArray matrix = covariance.matrix();
        TreeMap<String, String> metadata = new TreeMap<>(key);
        metadata.put("count", Long.toString(covariance.count()));
        metadata.put("checksum", checksum(key, Long.toString(covariance.count()), matrix));
        SafeTensors.write(entry, Map.of(MATRIX, matrix), metadata);
    }

    /** Of the matrix, how many keys it is the mean over, and what it belongs to. */
    private static String checksum(Map<String, String> key, String count, INDArray matrix) {
        TreeMap<String, INDArray> content = new TreeMap<>();
        content.put(MATRIX, matrix);
        return Fingerprints.of(content, "covariance of " + count + " keys: " + new TreeMap<>(key));
    }
}
