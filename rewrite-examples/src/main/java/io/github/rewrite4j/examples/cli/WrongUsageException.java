package io.github.rewrite4j.examples.cli;

/** An option whose value makes no sense, found after the options were parsed: the command ends as for a misspelt one. */
final class WrongUsageException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    WrongUsageException(String message) {
        super(message);
    }
}
