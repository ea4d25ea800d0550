package io.github.rewrite4j.samediff;

import io.github.rewrite4j.NoBackendException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.nd4j.linalg.factory.Nd4j;

/** The ND4J backend that the user put on the class path. */
public final class Backend {
    private static final String CUDA = "org/nd4j/linalg/jcublas/JCublasBackend.class";

    /** Java tells the cause of a failed start once; later attempts only say that it failed. */
    private static final AtomicReference<NoBackendException> FIRST = new AtomicReference<>();

    private Backend() {}

    /**
     * Starts ND4J, which takes a second or two at the first call.
     *
     * @throws NoBackendException naming the Maven artifacts to add, or what a GPU needs, or why the natives that are there
     *     cannot be unpacked or loaded
     */
    public static void require() {
        try {
            Nd4j.getBackend();
        } catch (LinkageError failure) {
            FIRST.compareAndSet(null, explained(failure, Backend.class.getClassLoader()));
            throw Objects.requireNonNull(FIRST.get());
        }
        GraphicsCards.requireOneThatRuns();
    }

    static NoBackendException explained(LinkageError failure, ClassLoader classPath) {
        String unloaded = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String reason = String.valueOf(cause.getMessage());
            if (cause instanceof IOException) {
                return NoBackendException.notUnpacked(reason, failure);
            }
            if (cause instanceof ClassNotFoundException && reason.startsWith("java.")) {
                return NoBackendException.incompleteJava(reason, failure);
            }
            // Java says "no jnind4jcpu in java.library.path" where there is none, and begins with the file where there
            // is.
            if (cause instanceof UnsatisfiedLinkError && !reason.startsWith("no ")) {
                unloaded = reason;
            }
        }
        if (classPath.getResource(CUDA) != null) {
            return NoBackendException.withoutGpu(failure);
        }
        return unloaded.isEmpty()
                ? NoBackendException.missing(failure)
                : NoBackendException.notLoaded(unloaded, failure);
    }
}
