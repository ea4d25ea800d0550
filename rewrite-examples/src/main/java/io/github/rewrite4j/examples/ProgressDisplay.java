package io.github.rewrite4j.examples;

import io.github.rewrite4j.Progress;
import io.github.rewrite4j.RewriteListener;
import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Shows progress on a stream: one line that is overwritten where a person watches, otherwise a line whenever a new stage
 * begins. Used by one thread.
 */
public final class ProgressDisplay implements RewriteListener {
    private static final int WIDTH = 78;

    private final PrintStream out;
    private final boolean overwriting;
    private String stage = "";

    private ProgressDisplay(PrintStream out, boolean overwriting) {
        this.out = out;
        this.overwriting = overwriting;
    }

    /** For a stream that may be a terminal. */
    public static ProgressDisplay on(PrintStream out) {
        return new ProgressDisplay(out, watched());
    }

    /** A line for each stage. */
    public static ProgressDisplay lines(PrintStream out) {
        return new ProgressDisplay(out, false);
    }

    /** Up to Java 21 there is a console only for a terminal; later ones say of their console whether it is one. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean watched() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException upToJava21) {
            return true;
        }
    }

    @Override
    public boolean onProgress(Progress progress) {
        boolean changed = !progress.stage().text().equals(stage);
        stage = progress.stage().text();
        if (overwriting) {
            overwrite(String.format(
                    Locale.ROOT,
                    "  %3.0f %% %s %d/%d%s",
                    // Done is what has been heard to be done, not what rounds to it.
                    Math.floor(100 * progress.share()),
                    stage,
                    progress.step(),
                    progress.total(),
                    Double.isNaN(progress.loss()) ? "" : String.format(Locale.ROOT, ", loss %.4f", progress.loss())));
        } else if (changed) {
            out.println("  " + stage + " ...");
        }
        return true;
    }

    /** Ends the current line, so that something else can be printed. */
    public void done() {
        if (overwriting && !stage.isEmpty()) {
            overwrite("");
            out.print('\r');
            out.flush();
        }
        stage = "";
    }

    private void overwrite(String text) {
        String line = text.length() > WIDTH ? text.substring(0, WIDTH) : text;
        out.print('\r' + line + " ".repeat(WIDTH - line.length()));
        out.flush();
    }
}
