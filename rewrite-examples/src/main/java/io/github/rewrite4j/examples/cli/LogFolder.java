package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.log.ExperimentLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The folder of {@code --log}, if there is one: every command's losses go there. */
final class LogFolder {
    private @Nullable ExperimentLog log;

    /** From now on, with the command as it was given. */
    void open(Path folder, List<String> command) throws IOException {
        ExperimentLog opened = ExperimentLog.in(folder);
        log = opened;
        opened.settings(Map.of("command", String.join(" ", command)));
    }

    /** Logs what this listener hears. */
    RewriteListener before(RewriteListener listener) {
        return log == null ? listener : log.before(listener);
    }

    void close() throws IOException {
        if (log != null) {
            log.close();
        }
        log = null;
    }
}
