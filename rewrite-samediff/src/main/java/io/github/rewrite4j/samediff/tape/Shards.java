package io.github.rewrite4j.samediff.tape;

import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.samediff.ComputeThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Runs the shards of a training step, each on a tape of its own, on as many threads as are wanted. The batch is always
 * cut into the same shards and their gradients are added in the same order, so that results are the same to the bit on
 * any number of threads.
 */
public final class Shards implements AutoCloseable {
    private final List<Tape> tapes = new ArrayList<>();
    private final ExecutorService workers;
    private final boolean alone;

    /** What one shard does. */
    @FunctionalInterface
    public interface Task {
        /**
         * Computes the loss of a shard and runs the tape backward.
         *
         * @param tape its own, empty
         * @param shard number from 0
         * @return its loss
         */
        double run(Tape tape, int shard);
    }

    /**
     * @param shards parts of a batch
     * @param threads that work on them, including the caller's
     */
    public Shards(int shards, int threads) {
        if (shards < 1 || threads < 1) {
            throw new IllegalArgumentException(
                    "At least one shard and one thread are needed, not " + shards + " and " + threads + ".");
        }
        for (int i = 0; i < shards; i++) {
            tapes.add(new Tape());
        }
        this.alone = threads == 1 || shards == 1;
        this.workers = Executors.newFixedThreadPool(Math.min(shards, threads), work -> {
            Thread thread = new Thread(
                    () -> {
                        ComputeThreads.oneInThisThread();
                        work.run();
                    },
                    "rewrite4j-training");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Number of shards. */
    public int count() {
        return tapes.size();
    }

    /**
     * Runs a task on all shards and adds the gradients of their parameters.
     *
     * @return sum of the losses
     * @throws RewriteCancelledException if this thread was interrupted; the shards cannot run again then
     */
    public double run(Task task) {
        RewriteCancelledException.ifInterrupted("training");
        double[] losses = new double[tapes.size()];
        if (alone) {
            for (int i = 0; i < losses.length; i++) {
                losses[i] = task.run(tapes.get(i), i);
            }
        } else {
            await(task, losses);
        }
        double sum = 0;
        for (int i = 0; i < losses.length; i++) {
            sum += losses[i];
            tapes.get(i).addGradients();
            tapes.get(i).clear();
        }
        return sum;
    }

    private void await(Task task, double[] losses) {
        List<Future<Double>> running = new ArrayList<>();
        for (int i = 0; i < losses.length; i++) {
            int shard = i;
            running.add(workers.submit(() -> task.run(tapes.get(shard), shard)));
        }
        RuntimeException failure = null;
        // All of them end before a failure is told: their tapes are about to be closed.
        for (int i = 0; i < losses.length; i++) {
            try {
                losses[i] = running.get(i).get();
            } catch (ExecutionException failed) {
                RuntimeException reason = failed.getCause() instanceof RuntimeException known
                        ? known
                        : new IllegalStateException(failed.getCause());
                failure = failure == null ? reason : failure;
            } catch (InterruptedException interrupted) {
                end();
                Thread.currentThread().interrupt();
                RewriteCancelledException.ifInterrupted("training");
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Ends the threads and frees the tapes. */
    @Override
    public void close() {
        end();
        tapes.forEach(Tape::close);
    }

    /** Interrupts the threads and waits until they are gone, which takes them one operation. */
    private void end() {
        workers.shutdownNow();
        boolean interrupted = false;
        while (!workers.isTerminated()) {
            try {
                workers.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
