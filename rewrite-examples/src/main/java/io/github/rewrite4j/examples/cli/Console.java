package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.examples.ProgressDisplay;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Where a command writes to and who may stop it.
 *
 * @param out results
 * @param err progress and failures
 * @param cancellation heard between steps
 */
record Console(PrintStream out, PrintStream err, Cancellation cancellation) {
    void say(String format, Object... facts) {
        out.printf(Locale.ROOT, format + "%n", facts);
    }

    /** Work that reports progress and obeys a wish to stop. */
    interface Work<T, E extends Exception> {
        T run(RewriteListener listener) throws E;
    }

    /** Runs work under a display of its progress, which is cleared whatever happens. */
    <T, E extends Exception> T watching(Work<T, E> work) throws E {
        ProgressDisplay display = ProgressDisplay.on(err);
        try {
            return work.run(cancellation.obeyedBy(display));
        } finally {
            display.done();
        }
    }
}
