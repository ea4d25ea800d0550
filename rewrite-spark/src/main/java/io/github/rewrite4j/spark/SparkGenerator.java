package io.github.rewrite4j.spark;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A generator, with patches, on every machine of a cluster: its file is broadcast once, and each executor loads it once however
 * many tasks it runs. Immutable; may be used by any number of jobs.
 *
 * <p>The families that read the file have to be on the class path of the executors, and so does an ND4J backend.
 */
public final class SparkGenerator implements Serializable {
    private static final long serialVersionUID = 1;

    private final SentFile file;
    private final HashMap<String, String> options;
    private final ArrayList<SentPatch> patches;

    /** A patch as its file. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record SentPatch(byte[] file, double strength) implements Serializable {}

    private SparkGenerator(SentFile file, Map<String, String> options, List<SentPatch> patches) {
        this.file = file;
        this.options = new HashMap<>(options);
        this.patches = new ArrayList<>(patches);
    }

    /**
     * A generator from its file.
     *
     * @param file of a family that the registry knows, at most 2 GB; read now, by the driver
     */
    public static SparkGenerator of(JavaSparkContext spark, Path file) throws IOException {
        return of(spark, file, Map.of());
    }

    /**
     * As {@link #of(JavaSparkContext, Path)}, with options of its family, such as a truncation.
     *
     * @param options by name, as on the command line
     */
    public static SparkGenerator of(JavaSparkContext spark, Path file, Map<String, String> options) throws IOException {
        Objects.requireNonNull(spark, "spark");
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        return new SparkGenerator(SentFile.of(spark, file), options, List.of());
    }

    /** This generator with one more patch. */
    public SparkGenerator with(AppliedPatch patch) {
        Objects.requireNonNull(patch, "patch");
        List<SentPatch> more = new ArrayList<>(patches);
        more.add(new SentPatch(patch.patch().toBytes(), patch.strength()));
        return new SparkGenerator(file, options, more);
    }

    /** This generator without patches. */
    public SparkGenerator unpatched() {
        return new SparkGenerator(file, options, List.of());
    }

    /**
     * The generator in this process, loaded where it is not there yet. It belongs to the process: not to be closed.
     *
     * @throws io.github.rewrite4j.RewriteException if the file did not arrive as it was sent, or cannot be loaded here
     */
    public Generator here() {
        return ExecutorGenerators.get(this);
    }

    SentFile file() {
        return file;
    }

    Map<String, String> options() {
        return options;
    }

    List<SentPatch> patches() {
        return patches;
    }

    /** Frees the file in the memory of the executors; generators that they have loaded stay. */
    public void unpersist() {
        file.unpersist();
    }
}
