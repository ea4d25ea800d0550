package io.github.rewrite4j;

/** ND4J found no backend on the class path; the message names the Maven artifacts that bring one. */
public class NoBackendException extends RewriteException {
    private static final long serialVersionUID = 1L;

    public NoBackendException(Throwable cause) {
        super(
                "No ND4J backend is on the class path: add org.nd4j:nd4j-native:1.0.0-M2.1 (CPU) together with its"
                        + " natives for your platform, for example the classifier linux-x86_64-onednn-avx2, and"
                        + " org.bytedeco:openblas:0.3.19-1.5.7 and org.bytedeco:javacpp:1.5.7 with the classifier"
                        + " linux-x86_64; or org.nd4j:nd4j-cuda-11.6:1.0.0-M2.1 for a GPU.",
                cause);
    }
}
