package io.github.rewrite4j.samediff.engine.plan;

/** Something in a graph that a plan cannot do; the message says what, after the name of the operation. */
final class NoPlanException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoPlanException(String message) {
        super(message);
    }

    NoPlanException(String message, Throwable cause) {
        super(message, cause);
    }
}
