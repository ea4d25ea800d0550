package io.github.rewrite4j.samediff.metric;

/** Pictures, goals and masks fit together, but leave nothing that a number could be taken of. */
public class NothingToMeasureException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what is missing, as a sentence
     */
    public NothingToMeasureException(String message) {
        super(message);
    }
}
