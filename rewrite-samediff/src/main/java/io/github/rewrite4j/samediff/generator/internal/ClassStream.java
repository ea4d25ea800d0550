package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.Sample;

/**
 * The classes of samples: the endless stream of uniform numbers of each seed, entered at any index. Number i is the i-th of
 * SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014) started at a mix of the
 * seed; so it has nothing to do with the Gaussian stream of the same seed, and a smaller batch is a prefix of a larger one.
 */
public final class ClassStream {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** Keeps the streams of classes apart from others that might be made of seeds in the same way. */
    private static final long CLASSES = 0x636C617373L;

    private ClassStream() {}

    /** The class of a sample, 0 to {@code classes - 1}, each with the same probability up to 2^-31. */
    public static int at(Sample sample, int classes) {
        long state = mixed(sample.seed() ^ (CLASSES << 20)) + GOLDEN * (sample.index() + 1L);
        return (int) (((mixed(state) >>> 33) * classes) >>> 31);
    }

    private static long mixed(long z) {
        long y = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        y = (y ^ (y >>> 27)) * 0x94D049BB133111EBL;
        return y ^ (y >>> 31);
    }
}
