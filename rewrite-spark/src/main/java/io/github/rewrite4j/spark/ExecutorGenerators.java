package io.github.rewrite4j.spark;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.samediff.ComputeThreads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The generators of one executor: each file is loaded once, each set of patches derived once. Those used last are kept; one that
 * is dropped is closed by the collector, since tasks may still draw with it.
 */
final class ExecutorGenerators {
    private static final int KEPT = 8;
    private static final Map<String, Generator> BASES = lru();
    private static final Map<String, Generator> PATCHED = lru();

    private ExecutorGenerators() {}

    private static Map<String, Generator> lru() {
        return new LinkedHashMap<>(16, .75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Generator> eldest) {
                return size() > KEPT;
            }
        };
    }

    /** The generator of this executor; two tasks that ask at once get the same one. */
    static synchronized Generator get(SparkGenerator wanted) {
        String base = wanted.hash() + new TreeMap<>(wanted.options());
        Generator loaded = BASES.get(base);
        if (loaded == null) {
            ComputeThreads.use(ComputeThreads.configured());
            loaded = load(wanted);
            BASES.put(base, loaded);
        }
        if (wanted.patches().isEmpty()) {
            return loaded;
        }
        String key = base + patchesHash(wanted);
        Generator patched = PATCHED.get(key);
        if (patched == null) {
            patched = patch(loaded, wanted);
            PATCHED.put(key, patched);
        }
        return patched;
    }

    private static Generator load(SparkGenerator wanted) {
        byte[] bytes = wanted.file();
        if (!hash(bytes).equals(wanted.hash())) {
            throw new RewriteException(
                    "The file '" + wanted.fileName() + "' did not arrive as it was sent: its hash is " + hash(bytes)
                            + " here and was " + wanted.hash() + " where it was read.");
        }
        try {
            Path folder = Files.createTempDirectory("rewrite4j-");
            // Families may look at how a name ends.
            Path file = folder.resolve(wanted.fileName());
            try {
                Files.write(file, bytes);
                LoadOptions options = LoadOptions.none();
                for (Map.Entry<String, String> option : wanted.options().entrySet()) {
                    options = options.with(option.getKey(), option.getValue());
                }
                return GeneratorFamilies.installed().open(file, options);
            } finally {
                Files.deleteIfExists(file);
                Files.deleteIfExists(folder);
            }
        } catch (IOException failure) {
            throw new RewriteException(
                    "The file '" + wanted.fileName() + "' cannot be loaded on this executor: " + failure.getMessage(),
                    failure);
        }
    }

    private static Generator patch(Generator base, SparkGenerator wanted) {
        Generator patched = base.withSampler(base.sampler());
        for (SparkGenerator.SentPatch sent : wanted.patches()) {
            Generator next;
            try {
                next = patched.with(Patch.fromBytes(sent.file()), sent.strength());
            } catch (IOException failure) {
                throw new RewriteException("A patch did not arrive as it was sent: " + failure.getMessage(), failure);
            } finally {
                patched.close();
            }
            patched = next;
        }
        return patched;
    }

    private static String patchesHash(SparkGenerator wanted) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (SparkGenerator.SentPatch sent : wanted.patches()) {
            all.writeBytes(hash(sent.file()).getBytes(StandardCharsets.US_ASCII));
            all.writeBytes(
                    ByteBuffer.allocate(Double.BYTES).putDouble(sent.strength()).array());
        }
        return hash(all.toByteArray());
    }

    static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
