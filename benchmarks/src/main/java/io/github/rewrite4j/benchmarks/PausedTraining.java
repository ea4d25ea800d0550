package io.github.rewrite4j.benchmarks;

import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.ComputeThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A training that stands still between its steps and goes on when asked, so that steps can be measured one by one through
 * the public interface: its listener is what waits.
 */
final class PausedTraining {
    private static final int KEPT_LOSSES = 5;

    private final Semaphore allowed = new Semaphore(0);
    private final Semaphore done = new Semaphore(0);
    private final List<Double> losses = new ArrayList<>();
    private volatile @Nullable Throwable failure;

    /**
     * Starts it; it prepares itself, does one step and waits.
     *
     * @param stage of the progress reports that follow a step
     * @param training runs with a listener, longer than anybody will ask
     * @param threads native threads
     */
    PausedTraining(String stage, Consumer<RewriteListener> training, int threads) {
        RewriteListener listener = progress -> {
            if (progress.stage().text().startsWith(stage) && Double.isFinite(progress.loss())) {
                if (losses.size() < KEPT_LOSSES) {
                    losses.add(progress.loss());
                }
                done.release();
                allowed.acquireUninterruptibly();
            }
            return true;
        };
        Thread thread = new Thread(() -> run(training, listener, threads), "paused-" + stage);
        thread.setDaemon(true);
        thread.start();
        await(1);
    }

    private void run(Consumer<RewriteListener> training, RewriteListener listener, int threads) {
        ComputeThreads.use(threads);
        try {
            training.accept(listener);
            failure = new IllegalStateException("The training has ended.");
        } catch (RuntimeException | Error failed) {
            failure = failed;
        }
        done.release(Integer.MAX_VALUE / 2);
    }

    /** Does more steps. */
    void steps(int count) {
        allowed.release(count);
        await(count);
    }

    private void await(int count) {
        done.acquireUninterruptibly(count);
        Throwable failed = failure;
        if (failed != null) {
            throw new IllegalStateException(failed);
        }
    }

    /** Losses of the first steps. */
    List<Double> losses() {
        steps(Math.max(0, KEPT_LOSSES - losses.size()));
        return List.copyOf(losses);
    }
}
