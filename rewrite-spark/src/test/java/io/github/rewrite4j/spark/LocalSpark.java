package io.github.rewrite4j.spark;

import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledNetworks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;

/** Spark within this process, and the generator that tests use. */
final class LocalSpark {
    private static @Nullable JavaSparkContext shared;

    private LocalSpark() {}

    static JavaSparkContext start(String master) {
        return new JavaSparkContext(new SparkConf()
                .setMaster(master)
                .setAppName("rewrite4j tests")
                .set("spark.ui.enabled", "false")
                .set("spark.log.level", "ERROR")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1"));
    }

    /** Two cores of this process, where a task may fail once: one for all tests, ended with the process. */
    static synchronized JavaSparkContext shared() {
        JavaSparkContext known = shared;
        if (known == null) {
            known = start("local[2,2]");
            shared = known;
        }
        return known;
    }

    static Path avatars(Path folder) throws IOException {
        return copied("avatar-stylegan64.safetensors", folder);
    }

    /** The network that judges. */
    static Path judge(Path folder) throws IOException {
        return copied(BundledNetworks.EVALUATION, folder);
    }

    /** A network of pictures to pictures. */
    static Path translator(Path folder) throws IOException {
        return copied("translator64.safetensors", folder);
    }

    private static Path copied(String resource, Path folder) throws IOException {
        Path file = folder.resolve(resource);
        try (InputStream in = Objects.requireNonNull(
                BundledGenerator.class.getResourceAsStream("/io/github/rewrite4j/avatars/" + resource))) {
            Files.copy(in, file);
        }
        return file;
    }
}
