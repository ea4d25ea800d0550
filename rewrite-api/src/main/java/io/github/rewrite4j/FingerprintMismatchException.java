package io.github.rewrite4j;

import java.util.Objects;

/** A file that was made for one generator meets another. */
public class FingerprintMismatchException extends RewriteException {
    private static final long serialVersionUID = 1L;

    /**
     * @param what the thing that does not fit, such as "This patch"
     * @param expected fingerprint it was made for
     * @param actual fingerprint of the generator at hand
     */
    public FingerprintMismatchException(String what, String expected, String actual) {
        super(what + " was made for the generator with fingerprint " + shorten(expected)
                + ", but this one is derived from " + shorten(actual)
                + ". Load the generator it was made for, or make it again for this one.");
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(expected, "expected");
        Objects.requireNonNull(actual, "actual");
    }

    private static String shorten(String fingerprint) {
        return fingerprint.length() > 12 ? fingerprint.substring(0, 12) : fingerprint;
    }
}
