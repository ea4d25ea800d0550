package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.examples.ProgressDisplay;
import io.github.rewrite4j.io.PrintableText;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * Where a command writes to and who may stop it.
 *
 * @param out results
 * @param err progress and failures
 * @param cancellation heard between steps
 * @param log where losses are written, if they are
 */
record Console(PrintStream out, PrintStream err, Cancellation cancellation, LogFolder log) {
    private static final int LONGEST_FACT = 1000;

    Console(PrintStream out, PrintStream err, Cancellation cancellation) {
        this(out, err, cancellation, new LogFolder());
    }

    /** One line, in which text that may come from a file is made printable, or the lines of a report. */
    void say(String format, Object... facts) {
        Object[] shown = Arrays.stream(facts).map(Console::shown).toArray();
        String text = String.format(Locale.ROOT, format, shown);
        out.println(text.lines().map(PrintableText::of).collect(Collectors.joining(System.lineSeparator())));
    }

    /** Text of several lines, such as a table, each made printable. */
    void lines(String text) {
        text.lines().forEach(line -> say("%s", line));
    }

    private static Object shown(Object fact) {
        return fact instanceof CharSequence || fact instanceof Path || fact instanceof JsonNode
                ? PrintableText.shortened(fact.toString(), LONGEST_FACT)
                : fact;
    }

    /** Says what was understood or chosen without being asked. */
    void note(String sentence) {
        say("note: %s", sentence);
    }

    /** Work that reports progress and obeys a wish to stop. */
    interface Work<T, E extends Exception> {
        T run(RewriteListener listener) throws E;
    }

    /** Runs work under a display of its progress, which is cleared whatever happens. */
    <T, E extends Exception> T watching(Work<T, E> work) throws E {
        ProgressDisplay display = ProgressDisplay.on(err);
        try {
            return work.run(cancellation.obeyedBy(log.before(display)));
        } finally {
            display.done();
        }
    }
}
