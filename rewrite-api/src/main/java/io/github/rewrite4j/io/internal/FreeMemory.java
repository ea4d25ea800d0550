package io.github.rewrite4j.io.internal;

import java.util.Locale;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import org.bytedeco.javacpp.Pointer;

/** Says before a large piece of work whether its arrays have room, instead of failing in the middle of it. */
public final class FreeMemory {
    private static final double MEGABYTE = 1 << 20;

    private FreeMemory() {}

    /**
     * Checks that arrays fit into what is left of the heap and of native memory, each of which holds them once.
     *
     * @param what the work, as the message calls it
     * @param bytes that it needs on the heap and outside
     * @throws IllegalArgumentException with both numbers and what to do
     */
    public static void require(String what, double bytes) {
        Objects.requireNonNull(what, "what");
        refuseAbove(FreeMemory::heap, bytes, what, "of Java's heap", "-Xmx");
        outside(what, bytes);
    }

    /** As {@link #require}, for arrays that are outside the heap alone. */
    public static void outside(String what, double bytes) {
        Objects.requireNonNull(what, "what");
        long limit = Pointer.maxBytes();
        if (limit > 0) {
            refuseAbove(
                    () -> (double) limit - Pointer.totalBytes(),
                    bytes,
                    what,
                    "of native memory",
                    "-Dorg.bytedeco.javacpp.maxbytes");
        }
    }

    private static double heap() {
        Runtime runtime = Runtime.getRuntime();
        return (double) runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
    }

    private static void refuseAbove(DoubleSupplier room, double bytes, String what, String where, String option) {
        double free = room.getAsDouble();
        if (bytes > free) {
            // What nobody uses any more counts as used until it is collected.
            System.gc();
            free = room.getAsDouble();
        }
        if (bytes > free) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "%s would need %,.0f MB %s, and %,.0f MB are free: ask for less at a time, or give Java more by"
                            + " %s.",
                    what,
                    Math.ceil(bytes / MEGABYTE),
                    where,
                    Math.floor(Math.max(0, free) / MEGABYTE),
                    option));
        }
    }
}
