package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;

/** How bytes get into files of the working folder; another one stands in for disks that are full. */
@FunctionalInterface
public interface Store {
    /** Files appear whole or not at all, and outlive a crash. */
    Store ATOMIC = (file, bytes) -> AtomicFile.write(file, out -> out.write(bytes));

    /** Writes or replaces a file as a whole. */
    void write(Path file, byte[] bytes) throws IOException;
}
