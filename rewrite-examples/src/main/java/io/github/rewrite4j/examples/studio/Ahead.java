package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Stage;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the next rewrite will need while its object is still being placed: a moment after it is asked, so that only the
 * last of many wishes is fulfilled. Nobody notices when it fails; the rewrite does it then, and says what is wrong.
 */
final class Ahead implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Ahead.class);
    private static final long MOMENT_MILLIS = 1000;
    private static final long LOOK_MILLIS = 50;
    private static final int SECONDS_TO_STOP = 20;

    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "studio-ahead");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable Future<?> newest;
    private volatile boolean working;

    /** Something to do. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    /** Does something in a moment, and gives up what was asked before. */
    synchronized void soon(Work work) {
        if (newest != null) {
            newest.cancel(true);
        }
        newest = worker.schedule(() -> run(work), MOMENT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void run(Work work) {
        working = true;
        try {
            work.run();
        } catch (IOException | RuntimeException failed) {
            log.debug("Not done ahead: {}", failed.toString());
        } finally {
            working = false;
        }
    }

    /**
     * Waits for what is being done; what has not begun is given up.
     *
     * @throws io.github.rewrite4j.RewriteCancelledException when the listener says so
     */
    void await(ProgressListener listener) {
        Future<?> now;
        synchronized (this) {
            now = newest;
            newest = null;
        }
        if (now == null) {
            return;
        }
        if (!working) {
            now.cancel(true);
        }
        while (!now.isDone()) {
            listener.report(Stage.KEY_STATISTICS, 0, 1);
            try {
                now.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException more) {
                // Look again.
            } catch (ExecutionException | CancellationException gone) {
                return;
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new RewriteException("Interrupted while statistics were taken.", stopped);
            }
        }
    }

    @Override
    public void close() {
        worker.shutdownNow();
        try {
            worker.awaitTermination(SECONDS_TO_STOP, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
