package io.github.rewrite4j.examples.studio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder inside the working folder for files that pass through; it is gone when it is closed. */
final class Desk implements AutoCloseable {
    private final Path folder;

    private Desk(Path folder) {
        this.folder = folder;
    }

    static Desk in(Path workingFolder) throws IOException {
        Files.createDirectories(workingFolder);
        return new Desk(Files.createTempDirectory(workingFolder, "desk"));
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
