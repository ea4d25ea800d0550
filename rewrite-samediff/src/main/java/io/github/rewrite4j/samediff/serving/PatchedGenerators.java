package io.github.rewrite4j.samediff.serving;

import io.github.rewrite4j.Generator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Patched generators of one base at a time, those used last. Each is derived once, however many ask for it at the same moment, and
 * closed when it has left the pool and the last batch that uses it is done.
 */
final class PatchedGenerators {
    /** A generator in use or kept; {@code leases} and {@code dropped} are guarded by the pool of generators. */
    private static final class Entry {
        final CompletableFuture<Generator> generator = new CompletableFuture<>();
        int leases;
        boolean dropped;
    }

    /** A generator that is not closed before this is. */
    final class Lease implements AutoCloseable {
        private final Entry entry;
        private final boolean fresh;

        private Lease(Entry entry, boolean fresh) {
            this.entry = entry;
            this.fresh = fresh;
        }

        Generator generator() {
            try {
                return entry.generator.join();
            } catch (CompletionException failure) {
                if (failure.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw failure;
            }
        }

        boolean fresh() {
            return fresh;
        }

        @Override
        public void close() {
            release(entry);
        }
    }

    private final int kept;
    private final Map<PatchSet, Entry> entries = new LinkedHashMap<>(16, .75f, true);
    private Generator base;
    private long evictions;
    private boolean closed;

    /** @param base stays its owner's; this keeps a generator of its own that shares the weights */
    PatchedGenerators(Generator base, int kept) {
        this.base = base.withSampler(base.sampler());
        this.kept = kept;
    }

    /** The generator with these patches, derived now by this thread where it is not there. */
    Lease lease(PatchSet patches) {
        Entry entry;
        Generator from = null;
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("The pool of generators is closed.");
            }
            entry = entries.get(patches);
            if (entry == null) {
                entry = new Entry();
                entries.put(patches, entry);
                from = base.withSampler(base.sampler());
                makeRoom(entry);
            }
            entry.leases++;
        }
        if (from == null) {
            return new Lease(entry, false);
        }
        try (Generator source = from) {
            entry.generator.complete(patches.on(source));
        } catch (RuntimeException | Error failure) {
            entry.generator.completeExceptionally(failure);
            forget(patches, entry);
            release(entry);
            throw failure;
        }
        return new Lease(entry, true);
    }

    /** Derives from another base from now on; batches that run end on the one they began with. */
    synchronized void replace(Generator next) {
        if (closed) {
            throw new IllegalStateException("The pool of generators is closed.");
        }
        Generator own = next.withSampler(next.sampler());
        base.close();
        base = own;
        dropAll();
    }

    synchronized int size() {
        return entries.size();
    }

    synchronized long evictions() {
        return evictions;
    }

    synchronized void close() {
        if (!closed) {
            closed = true;
            dropAll();
            base.close();
        }
    }

    private void dropAll() {
        entries.values().forEach(this::drop);
        entries.clear();
    }

    private void makeRoom(Entry newest) {
        Iterator<Entry> oldestFirst = entries.values().iterator();
        int excess = entries.size() - kept;
        while (excess > 0 && oldestFirst.hasNext()) {
            Entry oldest = oldestFirst.next();
            if (oldest != newest) {
                oldestFirst.remove();
                drop(oldest);
                excess--;
            }
        }
    }

    private void drop(Entry entry) {
        entry.dropped = true;
        evictions++;
        closeWhenUnused(entry);
    }

    private synchronized void forget(PatchSet patches, Entry entry) {
        if (entries.remove(patches, entry)) {
            entry.dropped = true;
        }
    }

    private synchronized void release(Entry entry) {
        entry.leases--;
        closeWhenUnused(entry);
    }

    private static void closeWhenUnused(Entry entry) {
        if (entry.dropped && entry.leases == 0 && !entry.generator.isCompletedExceptionally()) {
            Generator done = entry.generator.getNow(null);
            if (done != null) {
                done.close();
            }
        }
    }
}
