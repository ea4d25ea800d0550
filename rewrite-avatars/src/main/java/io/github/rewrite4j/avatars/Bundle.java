package io.github.rewrite4j.avatars;

import io.github.rewrite4j.io.AtomicFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;

/** The files of this artifact. */
final class Bundle {
    private Bundle() {}

    /** Opens one, which the caller closes. */
    static InputStream open(String name) throws FileNotFoundException {
        InputStream file = Bundle.class.getResourceAsStream(name);
        if (file == null) {
            throw new FileNotFoundException("The bundled file " + name
                    + " is missing from the class path: add the artifact rewrite-avatars as it was published.");
        }
        return file;
    }

    /** Writes one as it is. */
    static void copy(String name, Path target) throws IOException {
        Objects.requireNonNull(target, "target");
        try (InputStream file = open(name)) {
            AtomicFile.write(target, file::transferTo);
        }
    }
}
