package io.github.rewrite4j.samediff.engine.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Plans that wait for their next run, by what they are made for. A plan belongs to one run at a time; runs at the same time
 * get plans of their own. Of the kinds that were not used for longest, plans are closed.
 */
final class Shelf implements AutoCloseable {
    /** Kinds of runs that plans are kept for. */
    private static final int KINDS = 16;

    /** Kinds that are kept however large they are: forward and back, or keys and values. */
    private static final int AT_LEAST = 2;

    /** Of Java's heap, what may wait in one shelf. */
    private static final long SHARE = 16;

    private final Function<Request, Plan> making;
    private final Map<Request, Deque<Plan>> idle = new LinkedHashMap<>(KINDS, 0.75f, true);

    Shelf(Function<Request, Plan> making) {
        this.making = making;
    }

    /** A plan of this kind, made where none is idle, for the caller alone until it is given back. */
    Plan take(Request kind) {
        synchronized (idle) {
            Deque<Plan> waiting = idle.get(kind);
            if (waiting != null && !waiting.isEmpty()) {
                return waiting.pop();
            }
        }
        return making.apply(kind);
    }

    /** Ends the use of a plan that went well; of others, close them instead. */
    void giveBack(Request kind, Plan plan) {
        long most = Runtime.getRuntime().maxMemory() / SHARE / Float.BYTES;
        List<Plan> unwanted = new ArrayList<>();
        synchronized (idle) {
            idle.computeIfAbsent(kind, k -> new ArrayDeque<>()).push(plan);
            idle.values().removeIf(Deque::isEmpty);
            for (Iterator<Deque<Plan>> oldest = idle.values().iterator();
                    idle.size() > KINDS || (idle.size() > AT_LEAST && length() > most); ) {
                unwanted.addAll(oldest.next());
                oldest.remove();
            }
        }
        unwanted.forEach(Plan::close);
    }

    private long length() {
        return idle.values().stream()
                .flatMap(Deque::stream)
                .mapToLong(Plan::length)
                .sum();
    }

    /** Closes what waits; runs that are under way go on. */
    @Override
    public void close() {
        List<Plan> unwanted = new ArrayList<>();
        synchronized (idle) {
            idle.values().forEach(unwanted::addAll);
            idle.clear();
        }
        unwanted.forEach(Plan::close);
    }
}
