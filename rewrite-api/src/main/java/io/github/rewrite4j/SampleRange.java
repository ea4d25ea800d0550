package io.github.rewrite4j;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/** Samples that follow each other in one stream; an immutable list that needs no memory for them. */
final class SampleRange extends AbstractList<Sample> implements RandomAccess {
    private final long seed;
    private final int from;
    private final int size;

    SampleRange(long seed, int from, int size) {
        this.seed = seed;
        this.from = from;
        this.size = size;
    }

    @Override
    public Sample get(int index) {
        return new Sample(seed, from + Objects.checkIndex(index, size));
    }

    @Override
    public int size() {
        return size;
    }
}
