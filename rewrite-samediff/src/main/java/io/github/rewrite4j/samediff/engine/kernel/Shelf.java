package io.github.rewrite4j.samediff.engine.kernel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Plans that wait for their next run, by what they are made for. A plan belongs to one run at a time; runs at the same time
 * get plans of their own. Of the kinds that were not used for longest, plans are closed.
 *
 * @param <K> what a plan is made for
 * @param <P> plans, which own native memory
 */
public final class Shelf<K, P extends AutoCloseable> implements AutoCloseable {
    /** Kinds of runs that plans are kept for. */
    private static final int KINDS = 16;

    private final Function<K, P> making;
    private final Map<K, Deque<P>> idle = new LinkedHashMap<>(KINDS, 0.75f, true);

    public Shelf(Function<K, P> making) {
        this.making = making;
    }

    /** Runs with a plan of this kind, made where none is idle. */
    public void with(K kind, Consumer<P> run) {
        P plan = take(kind);
        boolean whole = false;
        try {
            run.accept(plan);
            whole = true;
        } finally {
            if (whole) {
                giveBack(kind, plan);
            } else {
                close(plan);
            }
        }
    }

    /** A plan of this kind, made where none is idle, for the caller alone until it is given back. */
    public P take(K kind) {
        synchronized (idle) {
            Deque<P> waiting = idle.get(kind);
            if (waiting != null && !waiting.isEmpty()) {
                return waiting.pop();
            }
        }
        return making.apply(kind);
    }

    /** Ends the use of a plan that went well; of others, close them instead. */
    public void giveBack(K kind, P plan) {
        List<P> unwanted = new ArrayList<>();
        synchronized (idle) {
            idle.computeIfAbsent(kind, k -> new ArrayDeque<>()).push(plan);
            for (Iterator<Deque<P>> oldest = idle.values().iterator(); idle.size() > KINDS; ) {
                unwanted.addAll(oldest.next());
                oldest.remove();
            }
        }
        unwanted.forEach(Shelf::close);
    }

    /** Closes what waits; runs that are under way go on. */
    @Override
    public void close() {
        List<P> unwanted = new ArrayList<>();
        synchronized (idle) {
            idle.values().forEach(unwanted::addAll);
            idle.clear();
        }
        unwanted.forEach(Shelf::close);
    }

    private static void close(AutoCloseable plan) {
        try {
            plan.close();
        } catch (RuntimeException failed) {
            throw failed;
        } catch (Exception failed) {
            throw new IllegalStateException("A plan cannot be closed.", failed);
        }
    }
}
