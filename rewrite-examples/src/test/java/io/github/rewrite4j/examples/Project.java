package io.github.rewrite4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files of this repository, wherever the tests are started. */
public final class Project {
    private Project() {}

    public static Path file(String fromRoot) {
        Path here = Path.of("").toAbsolutePath();
        return (Files.isDirectory(here.resolve("rewrite-examples")) ? here : here.resolve("..")).resolve(fromRoot);
    }

    static String text(String fromRoot) throws IOException {
        return Files.readString(file(fromRoot)).replace("\r\n", "\n");
    }
}
