package io.github.rewrite4j.spark;

import io.github.rewrite4j.samediff.study.ImageJudge;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.api.java.JavaSparkContext;

/** A network that judges pictures on every machine of a cluster: its file is broadcast once, and each executor reads it once. */
public final class SparkJudge implements Serializable {
    private static final long serialVersionUID = 1;
    private static final int KEPT = 4;
    private static final Map<String, ImageJudge> READ = new LinkedHashMap<>(16, .75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ImageJudge> eldest) {
            return size() > KEPT;
        }
    };

    private final SentFile file;
    private final Reader reader;

    /** Reads a judge from its file, such as {@code AttributeNetwork::load}; runs on executors. */
    @FunctionalInterface
    public interface Reader extends Serializable {
        ImageJudge read(Path file) throws IOException;
    }

    private SparkJudge(SentFile file, Reader reader) {
        this.file = file;
        this.reader = reader;
    }

    /**
     * A judge from its file.
     *
     * @param file at most 2 GB; read now, by the driver
     * @param reader makes the judge of it
     */
    public static SparkJudge of(JavaSparkContext spark, Path file, Reader reader) throws IOException {
        Objects.requireNonNull(spark, "spark");
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(reader, "reader");
        return new SparkJudge(SentFile.of(spark, file), reader);
    }

    /**
     * The judge in this process.
     *
     * @throws io.github.rewrite4j.RewriteException if the file did not arrive as it was sent, or cannot be read here
     */
    public ImageJudge here() {
        synchronized (READ) {
            return READ.computeIfAbsent(
                    file.hash() + " by " + reader.getClass().getName(), key -> file.read(reader::read));
        }
    }
}
