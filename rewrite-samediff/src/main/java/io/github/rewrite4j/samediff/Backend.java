package io.github.rewrite4j.samediff;

import io.github.rewrite4j.NoBackendException;
import org.nd4j.linalg.factory.Nd4j;

/** The ND4J backend that the user put on the class path. */
public final class Backend {
    private static final String CUDA = "org/nd4j/linalg/jcublas/JCublasBackend.class";

    private Backend() {}

    /**
     * Starts ND4J, which takes a second or two at the first call.
     *
     * @throws NoBackendException naming the Maven artifacts to add, or what a GPU needs
     */
    public static void require() {
        try {
            Nd4j.getBackend();
        } catch (LinkageError failure) {
            throw explained(failure, Backend.class.getClassLoader());
        }
        GraphicsCards.requireOneThatRuns();
    }

    static NoBackendException explained(LinkageError failure, ClassLoader classPath) {
        return classPath.getResource(CUDA) == null
                ? NoBackendException.missing(failure)
                : NoBackendException.withoutGpu(failure);
    }
}
