package io.github.rewrite4j.samediff.generator.onnx;

import io.github.rewrite4j.RewriteException;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Sizes in which the batch is free: a size is either a number, or a whole multiple of the batch that no run knows beforehand.
 * Such a multiple is a number far below zero, so that sizes stay plain {@code long}s in shapes and in what shapes are computed of.
 */
final class Size {
    /** The batch itself. */
    static final long BATCH = multiple(1);

    private static final long LARGEST_MULTIPLE = 1L << 40;

    private Size() {}

    private static long multiple(long times) {
        return Long.MIN_VALUE / 2 + times;
    }

    /** Whether a size is a multiple of the batch. */
    static boolean isFree(long size) {
        return size > multiple(0) && size <= multiple(LARGEST_MULTIPLE);
    }

    /** How many times the batch a free size is. */
    static long times(long free) {
        return free - multiple(0);
    }

    static long multiply(long a, long b) {
        if (isFree(a) && isFree(b)) {
            throw new RewriteException(
                    "The network multiplies its batch with itself, which no graph with a free batch can do.");
        }
        if (isFree(a)) {
            return b == 0 ? 0 : free(Math.multiplyExact(times(a), b));
        }
        return isFree(b) ? multiply(b, a) : Math.multiplyExact(a, b);
    }

    static long divide(long a, long b) {
        if (isFree(a) && isFree(b) && times(a) % times(b) == 0) {
            return times(a) / times(b);
        }
        if (isFree(a) && !isFree(b) && b > 0 && times(a) % b == 0) {
            return free(times(a) / b);
        }
        requireKnown(a, b);
        if (b == 0) {
            throw new RewriteException("The network divides a size by zero.");
        }
        return a / b;
    }

    static long add(long a, long b) {
        if (a == 0 || b == 0) {
            return a + b;
        }
        if (isFree(a) && isFree(b)) {
            return free(times(a) + times(b));
        }
        requireKnown(a, b);
        return Math.addExact(a, b);
    }

    static long subtract(long a, long b) {
        if (b == 0) {
            return a;
        }
        requireKnown(a, b);
        return Math.subtractExact(a, b);
    }

    /** The product of all. */
    static long product(long... sizes) {
        long product = 1;
        for (long size : sizes) {
            product = multiply(product, size);
        }
        return product;
    }

    private static long free(long times) {
        if (times < 1 || times > LARGEST_MULTIPLE) {
            throw new RewriteException(
                    "The network computes with its batch in a way that needs the batch to be known.");
        }
        return multiple(times);
    }

    private static void requireKnown(long a, long b) {
        if (isFree(a) || isFree(b)) {
            throw new RewriteException("The network computes a size from its batch (" + text(a) + " and " + text(b)
                    + "), so that it works for one size of batch only. Export it with a batch that is free.");
        }
    }

    /** A shape for messages: the batch is N. */
    static String text(long... shape) {
        return Arrays.stream(shape)
                .mapToObj(size -> !isFree(size) ? Long.toString(size) : times(size) == 1 ? "N" : times(size) + "N")
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /** A shape for SameDiff, which takes -1 for one size that it finds out. */
    static long[] forReshape(long[] shape) {
        long[] sizes = shape.clone();
        int free = 0;
        for (int i = 0; i < sizes.length; i++) {
            if (isFree(sizes[i])) {
                sizes[i] = -1;
                free++;
            }
        }
        if (free > 1) {
            throw new RewriteException("The shape " + text(shape) + " has the batch in two places.");
        }
        return sizes;
    }
}
