package io.github.rewrite4j.samediff.memory;

import java.util.Objects;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The time in which arrays outside the heap may be used. Ending it waits for the calls in progress, since memory that is
 * freed under a running computation ends the whole process.
 */
public final class Lifetime {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final String over;
    private boolean ended;

    /**
     * Starts a lifetime.
     *
     * @param over what to say to those who come too late
     */
    public Lifetime(String over) {
        Objects.requireNonNull(over, "over");
        this.over = over;
    }

    /**
     * Runs a call during which the lifetime does not end.
     *
     * @throws IllegalStateException when it has ended before
     */
    public <T> T whileOpen(Supplier<T> call) {
        Objects.requireNonNull(call, "call");
        lock.readLock().lock();
        try {
            if (ended) {
                throw new IllegalStateException(over);
            }
            return call.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** As {@link #whileOpen(Supplier)}, for a call without a result. */
    public void whileOpen(Runnable call) {
        Objects.requireNonNull(call, "call");
        whileOpen(() -> {
            call.run();
            return null;
        });
    }

    /** Ends the lifetime when no call is in progress; the first time frees, later times do nothing. */
    public void end(Runnable free) {
        Objects.requireNonNull(free, "free");
        lock.writeLock().lock();
        try {
            if (!ended) {
                ended = true;
                free.run();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
