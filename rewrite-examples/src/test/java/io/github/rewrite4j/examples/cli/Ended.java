package io.github.rewrite4j.examples.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/**
 * What a command left behind.
 *
 * @param code its exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
record Ended(int code, String out, String err) {
    /** Runs the command line in this process. */
    static Ended run(Object... args) {
        return run(new Cancellation(), OutputStream.nullOutputStream(), args);
    }

    /**
     * Runs it so that it can be cancelled.
     *
     * @param alsoErr gets what is written to standard error when it is written
     */
    static Ended run(Cancellation cancellation, OutputStream alsoErr, Object... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        OutputStream both = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                err.write(b);
                alsoErr.write(b);
            }
        };
        int code = Rewrite.execute(
                new Console(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(both, true, StandardCharsets.UTF_8),
                        cancellation),
                Stream.of(args).map(Object::toString).toArray(String[]::new));
        return new Ended(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
