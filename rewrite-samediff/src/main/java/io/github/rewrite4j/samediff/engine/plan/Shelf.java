package io.github.rewrite4j.samediff.engine.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Plans that wait for their next run, by what they are made for. A plan belongs to one run at a time; runs at the same time
 * get plans of their own. What waits in all shelves together stays within a share of Java's heap, however many generators an
 * application has open: of the kinds that were not used for longest, in whichever shelf, plans are closed.
 */
final class Shelf implements AutoCloseable {
    /** Kinds of runs that plans are kept for. */
    private static final int KINDS = 16;

    /** Kinds that the shelf in use keeps however large they are: forward and back, or keys and values. */
    private static final int AT_LEAST = 2;

    /** Of Java's heap, what may wait. */
    private static final long SHARE = 8;

    /** Every shelf that somebody has; its lock guards what is in them. */
    private static final Set<Shelf> ALL = Collections.newSetFromMap(new WeakHashMap<>());

    private static long uses;

    private final Function<Request, Plan> making;
    private final Map<Request, Kind> idle = new HashMap<>();

    /** Plans for the same runs. */
    private static final class Kind {
        private final Deque<Plan> plans = new ArrayDeque<>();
        private long used;

        long length() {
            return plans.stream().mapToLong(Plan::length).sum();
        }
    }

    Shelf(Function<Request, Plan> making) {
        this.making = making;
        synchronized (ALL) {
            ALL.add(this);
        }
    }

    /** Numbers that wait in all shelves, constants apart. */
    static long waiting() {
        synchronized (ALL) {
            return ALL.stream().mapToLong(Shelf::length).sum();
        }
    }

    /** Numbers that may wait, unless two kinds of the shelf in use have more. */
    static long most() {
        return Runtime.getRuntime().maxMemory() / SHARE / Float.BYTES;
    }

    private long length() {
        return idle.values().stream().mapToLong(Kind::length).sum();
    }

    /** A plan of this kind, made where none is idle, for the caller alone until it is given back. */
    Plan take(Request request) {
        synchronized (ALL) {
            Kind kind = idle.get(request);
            if (kind != null) {
                Plan plan = kind.plans.pop();
                if (kind.plans.isEmpty()) {
                    idle.remove(request);
                }
                return plan;
            }
        }
        return making.apply(request);
    }

    /** Ends the use of a plan that went well; of others, close them instead. */
    void giveBack(Request request, Plan plan) {
        List<Plan> unwanted = new ArrayList<>();
        synchronized (ALL) {
            Kind kind = idle.computeIfAbsent(request, r -> new Kind());
            kind.plans.push(plan);
            kind.used = ++uses;
            while (idle.size() > KINDS) {
                unwanted.addAll(removeOldest(this));
            }
            long waiting = ALL.stream().mapToLong(Shelf::length).sum();
            while (waiting > most()) {
                Shelf from = longestUnused();
                if (from == null) {
                    break;
                }
                for (Plan old : removeOldest(from)) {
                    waiting -= old.length();
                    unwanted.add(old);
                }
            }
        }
        unwanted.forEach(Plan::close);
    }

    /** The shelf with the kind that was not used for longest, of those that may lose one. */
    private @Nullable Shelf longestUnused() {
        Shelf found = null;
        long oldest = Long.MAX_VALUE;
        for (Shelf shelf : ALL) {
            if (shelf.idle.size() > (shelf.equals(this) ? AT_LEAST : 0) && shelf.oldest() < oldest) {
                oldest = shelf.oldest();
                found = shelf;
            }
        }
        return found;
    }

    private long oldest() {
        return idle.values().stream().mapToLong(kind -> kind.used).min().orElse(Long.MAX_VALUE);
    }

    private static Deque<Plan> removeOldest(Shelf shelf) {
        long oldest = shelf.oldest();
        Request request = shelf.idle.entrySet().stream()
                .filter(entry -> entry.getValue().used == oldest)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        Kind removed = shelf.idle.remove(request);
        return removed == null ? new ArrayDeque<>() : removed.plans;
    }

    /** Closes what waits; runs that are under way go on. */
    @Override
    public void close() {
        List<Plan> unwanted = new ArrayList<>();
        synchronized (ALL) {
            idle.values().forEach(kind -> unwanted.addAll(kind.plans));
            idle.clear();
        }
        unwanted.forEach(Plan::close);
    }
}
