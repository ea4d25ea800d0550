package io.github.rewrite4j.samediff.metric;

/** Pictures, goals and masks fit together, but leave nothing that a number could be taken of. */
public class NothingToMeasureException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    NothingToMeasureException(String message) {
        super(message);
    }
}
