package io.github.rewrite4j.samediff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.rewrite4j.NoBackendException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackendTest {
    private static NoBackendException explained(Path classPath) throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classPath.toUri().toURL()}, null)) {
            return Backend.explained(new NoClassDefFoundError("Nd4j"), loader);
        }
    }

    @Test
    void theBackendOfTheTestsStarts() {
        assertThatCode(Backend::require).doesNotThrowAnyException();
    }

    @Test
    void withoutAnyBackendTheMessageNamesBoth(@TempDir Path empty) throws Exception {
        assertThat(explained(empty))
                .hasMessageStartingWith("No ND4J backend is on the class path")
                .hasMessageContainingAll("nd4j-native", "nd4j-cuda-11.6", "javacpp");
    }

    @Test
    void whereTheCudaBackendIsThereTheMessageSaysWhatItNeeds(@TempDir Path jar) throws Exception {
        Path backend = jar.resolve("org/nd4j/linalg/jcublas/JCublasBackend.class");
        Files.createDirectories(backend.getParent());
        Files.createFile(backend);
        assertThat(explained(jar))
                .hasMessageStartingWith("ND4J's CUDA backend is on the class path and does not start")
                .hasMessageContainingAll("driver", "CUDA 11.6", "nd4j-native")
                .hasCauseInstanceOf(NoClassDefFoundError.class);
    }

    private static NoBackendException explainedWithin(Throwable cause) {
        LinkageError failure = new ExceptionInInitializerError(new RuntimeException("ND4J is probably missing", cause));
        return Backend.explained(failure, BackendTest.class.getClassLoader());
    }

    @Test
    void nativesThatCannotBeUnpackedOrLoadedAreNotCalledMissing() {
        Throwable full = new UnsatisfiedLinkError("java.io.IOException: No space left on device")
                .initCause(new IOException("No space left on device"));
        assertThat(explainedWithin(full))
                .hasMessageContainingAll("could not be unpacked (No space left on device)", "cachedir=FOLDER")
                .hasMessageNotContaining("No ND4J backend");
        assertThat(explainedWithin(
                        new UnsatisfiedLinkError("/x/libjnind4jcpu.so: libgomp.so.1: cannot open shared object file")))
                .hasMessageContainingAll("does not load them", "libgomp.so.1")
                .hasMessageNotContaining("No ND4J backend");
        assertThat(explainedWithin(new UnsatisfiedLinkError("no jnind4jcpu in java.library.path: /usr/lib")))
                .hasMessageStartingWith("No ND4J backend is on the class path");
    }

    @Test
    void aRuntimeWithoutAModuleIsNamed() {
        assertThat(explainedWithin(new NoClassDefFoundError("java/util/logging/Logger")
                        .initCause(new ClassNotFoundException("java.util.logging.Logger"))))
                .hasMessageContainingAll("lacks the class java.util.logging.Logger", "java.logging")
                .hasMessageNotContaining("No ND4J backend");
    }
}
