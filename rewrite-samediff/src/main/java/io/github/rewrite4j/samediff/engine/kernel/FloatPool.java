package io.github.rewrite4j.samediff.engine.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * Native memory of a plan while it is made: what a step no longer needs is handed to a later one. Freed together.
 */
final class FloatPool implements AutoCloseable {
    private final List<NativeFloats> all = new ArrayList<>();
    private final List<NativeFloats> idle = new ArrayList<>();

    /** A stretch of at least this length, contents undefined: the smallest idle one that will do, or a new one. */
    NativeFloats take(int length) {
        NativeFloats best = null;
        for (NativeFloats one : idle) {
            if (one.length() >= length && (best == null || one.length() < best.length())) {
                best = one;
            }
        }
        if (best != null) {
            idle.remove(best);
            return best;
        }
        NativeFloats made = new NativeFloats(length);
        all.add(made);
        return made;
    }

    /** A stretch of exactly this length that nobody else gets. */
    NativeFloats own(long length) {
        NativeFloats made = new NativeFloats(length);
        all.add(made);
        return made;
    }

    /** Later steps may write it. */
    void giveBack(NativeFloats unneeded) {
        if (!all.contains(unneeded) || idle.contains(unneeded)) {
            throw new IllegalStateException("This memory was not taken here, or was given back before.");
        }
        idle.add(unneeded);
    }

    @Override
    public void close() {
        all.forEach(NativeFloats::close);
        all.clear();
        idle.clear();
    }
}
