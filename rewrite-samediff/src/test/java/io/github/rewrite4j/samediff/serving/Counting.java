package io.github.rewrite4j.samediff.serving;

import io.github.rewrite4j.Generator;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Knows how many of the generators derived from it are open, itself included. */
final class Counting extends Derived {
    private final AtomicInteger open;
    private final AtomicBoolean closed = new AtomicBoolean();

    Counting(Generator inner) {
        this(inner, new AtomicInteger());
    }

    private Counting(Generator inner, AtomicInteger open) {
        super(inner);
        this.open = open;
        open.incrementAndGet();
    }

    int open() {
        return open.get();
    }

    @Override
    Generator wrap(Generator derived) {
        return new Counting(derived, open);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            open.decrementAndGet();
            inner.close();
        }
    }
}
