package io.github.rewrite4j.samediff.serving;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * One generator for many threads, each request with its own patches.
 *
 * <ul>
 *   <li><b>Bounded</b>: at most {@link PoolSettings#kept} patched generators are kept, those used last; at most
 *       {@link PoolSettings#concurrent} batches are drawn at once; at most {@link PoolSettings#waiting} requests wait.
 *   <li><b>Fair</b>: the request that has waited longest is drawn next. Requests with the same patches that wait behind it join its
 *       batch, up to {@link PoolSettings#batch} images. An image is the same in any batch but for the rounding of float32 sums.
 *   <li><b>Cancellable</b>: interrupting a waiting thread takes its request out of the queue.
 *   <li><b>Swappable</b>: {@link #replace} puts another generator in place under load; batches that run end on the old one.
 * </ul>
 *
 * <p>The thread of a caller does the drawing, there are none of the pool's own. The base generator stays its owner's: the pool holds
 * a generator that shares the weights, so that the base may be closed at any time.
 *
 * <p>Cost of a request that finds its patched generator: two locks and, in a batch of several, one copy of its inputs and images.
 */
public final class GeneratorPool implements AutoCloseable {
    private final PoolSettings settings;
    private final PatchedGenerators generators;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Request> queue = new ArrayDeque<>();
    private int running;
    private boolean closed;
    private long requests;
    private long failed;
    private long cancelled;
    private long refused;
    private long images;
    private long batches;
    private long hits;
    private long waitedNanos;
    private long drawingNanos;

    private GeneratorPool(Generator base, PoolSettings settings) {
        this.settings = settings;
        this.generators = new PatchedGenerators(base, settings.kept());
    }

    public static GeneratorPool over(Generator base) {
        return over(base, PoolSettings.defaults());
    }

    public static GeneratorPool over(Generator base, PoolSettings settings) {
        return new GeneratorPool(Objects.requireNonNull(base, "base"), Objects.requireNonNull(settings, "settings"));
    }

    /** The base generator's images of these inputs. */
    public INDArray generate(Inputs inputs) throws InterruptedException {
        return generate(inputs, List.of());
    }

    /**
     * The images [N, C, H, W] of these inputs with these patches in force; the caller closes them.
     *
     * @param patches in any order; strengths of the same patch add
     * @throws InterruptedException when the thread is interrupted while the request waits; nothing was drawn for it
     * @throws RejectedExecutionException when {@link PoolSettings#waiting} requests wait already
     * @throws IllegalStateException when the pool is closed
     * @throws RewriteException what drawing or patching fails with
     */
    public INDArray generate(Inputs inputs, List<AppliedPatch> patches) throws InterruptedException {
        Objects.requireNonNull(inputs, "inputs");
        PatchSet set = PatchSet.of(Objects.requireNonNull(patches, "patches"));
        lock.lockInterruptibly();
        try {
            Request request = enqueue(inputs, set);
            while (!request.done()) {
                if (!request.taken && running < settings.concurrent() && queue.peekFirst() == request) {
                    draw(takeBatch());
                } else {
                    await(request);
                }
            }
            return request.result();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Puts another generator in place of the base. Requests that wait are drawn by the new one; patches made for the old one are
     * refused from now on. Does not wait for batches that run.
     *
     * @param base stays the caller's, who may close it at once
     */
    public void replace(Generator base) {
        generators.replace(Objects.requireNonNull(base, "base"));
    }

    /** What happened so far and happens now. */
    public PoolStatistics statistics() {
        lock.lock();
        try {
            return new PoolStatistics(
                    requests,
                    failed,
                    cancelled,
                    refused,
                    images,
                    batches,
                    hits,
                    batches - hits,
                    generators.evictions(),
                    generators.size(),
                    queue.size(),
                    running,
                    Duration.ofNanos(waitedNanos),
                    Duration.ofNanos(drawingNanos));
        } finally {
            lock.unlock();
        }
    }

    /** Refuses new requests and those that wait; batches that run are finished. Does nothing the second time. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            while (!queue.isEmpty()) {
                Request request = queue.removeFirst();
                request.failed(closedPool());
                finish(request);
            }
            if (running == 0) {
                generators.close();
            }
        } finally {
            lock.unlock();
        }
    }

    private Request enqueue(Inputs inputs, PatchSet set) {
        if (closed) {
            throw closedPool();
        }
        if (queue.size() >= settings.waiting()) {
            refused++;
            throw new RejectedExecutionException(
                    "There are " + queue.size()
                            + " requests waiting, as many as this pool lets wait: try again later, or raise 'waiting' in its settings.");
        }
        Request request = new Request(inputs, set, lock.newCondition());
        queue.addLast(request);
        return request;
    }

    @SuppressWarnings("WaitNotInLoop") // the caller loops
    private void await(Request request) throws InterruptedException {
        try {
            request.turn.await();
        } catch (InterruptedException interruption) {
            request.abandoned = true;
            cancelled++;
            if (request.done()) {
                request.discard();
            } else if (!request.taken) {
                queue.remove(request);
                requests++;
                signalNext();
            }
            throw interruption;
        }
    }

    /** The oldest request and those behind it that can be drawn with it. */
    private List<Request> takeBatch() {
        Request first = queue.removeFirst();
        List<Request> batch = new ArrayList<>(List.of(first));
        int rows = first.inputs.size();
        for (Iterator<Request> others = queue.iterator(); others.hasNext() && rows < settings.batch(); ) {
            Request other = others.next();
            if (rows + other.inputs.size() <= settings.batch() && other.joins(first)) {
                others.remove();
                batch.add(other);
                rows += other.inputs.size();
            }
        }
        long now = System.nanoTime();
        for (Request request : batch) {
            request.taken = true;
            waitedNanos += now - request.since;
        }
        running++;
        signalNext();
        return batch;
    }

    /** Draws a batch with the lock let go. */
    private void draw(List<Request> batch) {
        long begin = System.nanoTime();
        List<Object> results = new ArrayList<>(batch.size());
        boolean hit = false;
        lock.unlock();
        try (PatchedGenerators.Lease lease = generators.lease(batch.get(0).patches)) {
            hit = !lease.fresh();
            results.addAll(Drawing.draw(lease.generator(), batch));
        } catch (RuntimeException | Error failure) {
            results.clear();
            batch.forEach(request -> results.add(failure));
        } finally {
            lock.lock();
        }
        batches++;
        hits += hit ? 1 : 0;
        drawingNanos += System.nanoTime() - begin;
        for (int i = 0; i < batch.size(); i++) {
            Request request = batch.get(i);
            if (results.get(i) instanceof INDArray drawn) {
                request.drawn(drawn);
                images += request.inputs.size();
            } else {
                request.failed((Throwable) results.get(i));
            }
            finish(request);
        }
        running--;
        if (closed && running == 0) {
            generators.close();
        }
        signalNext();
    }

    private void finish(Request request) {
        requests++;
        failed += request.hasFailed() ? 1 : 0;
        if (request.abandoned) {
            request.discard();
        }
        request.turn.signal();
    }

    private void signalNext() {
        Request next = queue.peekFirst();
        if (next != null && running < settings.concurrent()) {
            next.turn.signal();
        }
    }

    private static IllegalStateException closedPool() {
        return new IllegalStateException("The pool is closed: open another one with GeneratorPool.over.");
    }

    /** What happens with the lock let go. */
    private static final class Drawing {
        /** For each request its images or what it failed with. */
        static List<Object> draw(Generator generator, List<Request> batch) {
            if (batch.size() == 1) {
                return List.of(one(generator, batch.get(0)));
            }
            try {
                return together(generator, batch);
            } catch (RewriteCancelledException givenUp) {
                return withoutFirst(generator, batch, givenUp);
            } catch (RewriteException | IllegalArgumentException oneOfThem) {
                // Whose inputs are at fault shows when each is drawn by itself; the others get their images.
                List<Object> results = new ArrayList<>();
                batch.forEach(request -> results.add(one(generator, request)));
                return results;
            }
        }

        /** The thread that draws was interrupted, whose own request is the first: the others get their images all the same. */
        private static List<Object> withoutFirst(
                Generator generator, List<Request> batch, RewriteCancelledException givenUp) {
            List<Object> results = new ArrayList<>(List.of(givenUp));
            boolean interrupted = Thread.interrupted();
            try {
                batch.subList(1, batch.size()).forEach(request -> results.add(one(generator, request)));
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
            return results;
        }

        private static Object one(Generator generator, Request request) {
            try {
                return generator.generate(request.inputs);
            } catch (RuntimeException failure) {
                return failure;
            }
        }

        private static List<Object> together(Generator generator, List<Request> batch) {
            List<INDArray> parts = new ArrayList<>();
            try (Inputs all = Inputs.join(
                            batch.stream().map(request -> request.inputs).toList());
                    INDArray images = generator.generate(all)) {
                int from = 0;
                for (Request request : batch) {
                    int to = from + request.inputs.size();
                    parts.add(images.get(NDArrayIndex.interval(from, to)).dup('c'));
                    from = to;
                }
                return List.copyOf(parts);
            } catch (RuntimeException | Error half) {
                parts.forEach(INDArray::close);
                throw half;
            }
        }
    }
}
