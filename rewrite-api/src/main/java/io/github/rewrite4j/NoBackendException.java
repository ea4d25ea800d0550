package io.github.rewrite4j;

import java.util.Objects;

/** ND4J has no backend that starts here; the message names the Maven artifacts that bring one. */
public class NoBackendException extends RewriteException {
    private static final long serialVersionUID = 1L;

    private static final String PROCESSOR =
            "org.nd4j:nd4j-native:1.0.0-M2.1 (CPU) together with its natives for your platform, for example the"
                    + " classifier linux-x86_64-onednn-avx2, and org.bytedeco:openblas:0.3.19-1.5.7 and"
                    + " org.bytedeco:javacpp:1.5.7 with the classifier linux-x86_64";

    private NoBackendException(String message, Throwable cause) {
        super(message, cause);
    }

    private NoBackendException(String message) {
        super(message);
    }

    /** Nothing is on the class path. */
    public static NoBackendException missing(Throwable cause) {
        Objects.requireNonNull(cause, "cause");
        return new NoBackendException(
                "No ND4J backend is on the class path: add " + PROCESSOR
                        + "; or org.nd4j:nd4j-cuda-11.6:1.0.0-M2.1 for a GPU.",
                cause);
    }

    /** The backend for graphics processors is on the class path and cannot start. */
    public static NoBackendException withoutGpu(Throwable cause) {
        Objects.requireNonNull(cause, "cause");
        return new NoBackendException(
                "ND4J's CUDA backend is on the class path and does not start: it needs an NVIDIA GPU, its driver and"
                        + " CUDA 11.6, and a warning of ND4J in the log names what it did not find. Where there is no"
                        + " GPU, take " + PROCESSOR + ".",
                cause);
    }

    /** The graphics processors here are of a kind that ND4J's CUDA binaries hold no code for. */
    public static NoBackendException cardTooNew(String cards) {
        Objects.requireNonNull(cards, "cards");
        return new NoBackendException(
                "ND4J's CUDA 11.6 binaries hold no code for " + cards + ": they were built for the compute capabilities"
                        + " 3.7 to 8.6 without PTX, so cards up to Ada (8.9) run and Hopper or Blackwell cannot."
                        + " Take " + PROCESSOR + ".");
    }

    /** The natives are on the class path and cannot be written to where they are loaded from. */
    public static NoBackendException notUnpacked(String reason, Throwable cause) {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(cause, "cause");
        return new NoBackendException(
                "ND4J's native libraries are on the class path and could not be unpacked (" + reason
                        + "): they need some 300 MB of room in a folder that can be written and run from. Make room in"
                        + " ~/.javacpp/cache, or name another folder by -Dorg.bytedeco.javacpp.cachedir=FOLDER.",
                cause);
    }

    /** The natives are there and the system does not load them. */
    public static NoBackendException notLoaded(String reason, Throwable cause) {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(cause, "cause");
        return new NoBackendException(
                "ND4J's native libraries are there and this system does not load them (" + reason
                        + "): install what it names, see that the folder may be run from, and that the classifier of"
                        + " the natives is that of this processor.",
                cause);
    }

    /** The Java runtime lacks a module. */
    public static NoBackendException incompleteJava(String missingClass, Throwable cause) {
        Objects.requireNonNull(missingClass, "missingClass");
        Objects.requireNonNull(cause, "cause");
        return new NoBackendException(
                "This Java runtime lacks the class " + missingClass
                        + ", which ND4J needs: a runtime made by jlink takes the modules java.logging, java.desktop,"
                        + " java.management, jdk.unsupported and what they need; or use a complete one.",
                cause);
    }
}
