package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Stage;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
    private @Nullable Wish waiting;
    private @Nullable Wish running;

    /** Something to do. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    /** What is needed, and what only makes things quicker. */
    private static final class Wish {
        private final CountDownLatch needed = new CountDownLatch(1);
        private @Nullable Future<?> future;

        void cancel() {
            if (future != null) {
                future.cancel(true);
            }
        }
    }

    /**
     * Does something in a moment, in place of what was asked before and has not begun.
     *
     * @param needed what a rewrite waits for, if it has begun
     * @param useful what is given up when a rewrite begins
     */
    synchronized void soon(Work needed, Work useful) {
        if (waiting != null) {
            waiting.cancel();
        }
        Wish wish = new Wish();
        waiting = wish;
        wish.future = worker.schedule(() -> run(wish, needed, useful), MOMENT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void run(Wish wish, Work needed, Work useful) {
        synchronized (this) {
            waiting = waiting == wish ? null : waiting;
            running = wish;
        }
        try {
            needed.run();
            wish.needed.countDown();
            useful.run();
        } catch (IOException | RuntimeException failed) {
            log.debug("Not done ahead: {}", failed.toString());
        } finally {
            wish.needed.countDown();
            synchronized (this) {
                running = null;
            }
        }
    }

    /**
     * Waits for what is needed and has begun; all else is given up.
     *
     * @throws io.github.rewrite4j.RewriteCancelledException when the listener says so
     */
    void await(ProgressListener listener) {
        Wish begun;
        synchronized (this) {
            if (waiting != null) {
                waiting.cancel();
                waiting = null;
            }
            begun = running;
        }
        if (begun == null) {
            return;
        }
        try {
            while (!begun.needed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                listener.report(Stage.KEY_STATISTICS, 0, 1);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new RewriteException("Interrupted while statistics were taken.", stopped);
        }
        begun.cancel();
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
