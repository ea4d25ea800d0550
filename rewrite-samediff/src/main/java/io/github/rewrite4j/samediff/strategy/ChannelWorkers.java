package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.samediff.ComputeThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Works on the output channels of a problem side by side. Channels do not interact and native code runs with one thread in
 * each worker, so that results are the same to the bit on any number of processors.
 *
 * @param <W> buffers that a worker needs, one set each
 */
final class ChannelWorkers<W> implements AutoCloseable {
    /** Each holds buffers of its own, and memory is what more of them would wait for. */
    private static final int MOST = 8;

    private final List<W> buffers = new ArrayList<>();
    private final ExecutorService workers;

    /** What is done with one channel. */
    @FunctionalInterface
    interface Task<W> {
        void run(int channel, W buffers);
    }

    private ChannelWorkers(int count, Supplier<W> buffer) {
        for (int i = 0; i < count; i++) {
            buffers.add(buffer.get());
        }
        workers = Executors.newFixedThreadPool(count, work -> {
            Thread thread = new Thread(work, "rewrite4j-channels");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** As many as there are processors, but not more than channels. */
    static <W> ChannelWorkers<W> of(int channels, Supplier<W> buffer) {
        int processors = Math.min(MOST, Runtime.getRuntime().availableProcessors());
        return ofCount(Math.max(1, Math.min(channels, processors)), buffer);
    }

    static <W> ChannelWorkers<W> ofCount(int count, Supplier<W> buffer) {
        return new ChannelWorkers<>(count, buffer);
    }

    /**
     * Does something with each channel and waits for all of them; who is free takes the next one.
     *
     * @throws RewriteCancelledException if this thread was interrupted; the workers have ended then
     */
    void each(int channels, Task<W> task) {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();
        for (W own : buffers) {
            running.add(workers.submit(() -> {
                ComputeThreads.oneInThisThread();
                for (int channel = next.getAndIncrement(); channel < channels; channel = next.getAndIncrement()) {
                    task.run(channel, own);
                }
            }));
        }
        RuntimeException failure = null;
        for (Future<?> worker : running) {
            try {
                worker.get();
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof Error fatal) {
                    throw fatal;
                }
                failure = failed.getCause() instanceof RuntimeException known
                        ? known
                        : new IllegalStateException(failed.getCause());
                next.set(channels);
            } catch (InterruptedException interrupted) {
                next.set(channels);
                close();
                Thread.currentThread().interrupt();
                RewriteCancelledException.ifInterrupted("the insertion");
            }
        }
        if (failure != null) {
            throw failure;
        }
        // Waiting for a worker that has already ended does not notice it.
        RewriteCancelledException.ifInterrupted("the insertion");
    }

    /** Ends the threads and waits until they are gone, which takes them one channel. */
    @Override
    public void close() {
        workers.shutdown();
        boolean interrupted = false;
        while (!workers.isTerminated()) {
            try {
                workers.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
