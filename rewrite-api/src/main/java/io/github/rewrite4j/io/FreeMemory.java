package io.github.rewrite4j.io;

import java.util.Locale;
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
        Runtime runtime = Runtime.getRuntime();
        double heap = (double) runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
        refuseAbove(heap, bytes, what, "of Java's heap", "-Xmx");
        outside(what, bytes);
    }

    /** As {@link #require}, for arrays that are outside the heap alone. */
    public static void outside(String what, double bytes) {
        long limit = Pointer.maxBytes();
        if (limit > 0) {
            refuseAbove(
                    (double) limit - Pointer.totalBytes(),
                    bytes,
                    what,
                    "of native memory",
                    "-Dorg.bytedeco.javacpp.maxbytes");
        }
    }

    private static void refuseAbove(double free, double bytes, String what, String where, String option) {
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
