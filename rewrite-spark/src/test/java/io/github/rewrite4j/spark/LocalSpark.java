package io.github.rewrite4j.spark;

import io.github.rewrite4j.avatars.BundledGenerator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Spark within this process, and the generator that tests use. */
final class LocalSpark {
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

    static Path avatars(Path folder) throws IOException {
        Path file = folder.resolve("avatar-stylegan64.safetensors");
        try (InputStream in = Objects.requireNonNull(BundledGenerator.class.getResourceAsStream(
                "/io/github/rewrite4j/avatars/avatar-stylegan64.safetensors"))) {
            Files.copy(in, file);
        }
        return file;
    }
}
