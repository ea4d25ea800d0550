package io.github.rewrite4j.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where one executor keeps statistics of layers while it lives. */
final class ExecutorStatistics {
    private static @Nullable Path folder;

    private ExecutorStatistics() {}

    static synchronized Path folder() {
        Path known = folder;
        if (known == null) {
            try {
                known = Files.createTempDirectory("rewrite4j-statistics-");
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            Path made = known;
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(made), "rewrite4j statistics"));
            folder = known;
        }
        return known;
    }

    private static void delete(Path made) {
        try (Stream<Path> files = Files.walk(made)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException left) {
            // The folder is temporary: what is left, the system deletes.
        }
    }
}
