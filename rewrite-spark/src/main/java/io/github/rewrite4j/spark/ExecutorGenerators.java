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
        String base = wanted.file().hash() + new TreeMap<>(wanted.options());
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
        LoadOptions options = LoadOptions.none();
        for (Map.Entry<String, String> option : wanted.options().entrySet()) {
            options = options.with(option.getKey(), option.getValue());
        }
        LoadOptions all = options;
        return wanted.file().read(file -> GeneratorFamilies.installed().open(file, all));
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
            all.writeBytes(SentFile.hash(sent.file()).getBytes(StandardCharsets.US_ASCII));
            all.writeBytes(
                    ByteBuffer.allocate(Double.BYTES).putDouble(sent.strength()).array());
        }
        return SentFile.hash(all.toByteArray());
    }
}
