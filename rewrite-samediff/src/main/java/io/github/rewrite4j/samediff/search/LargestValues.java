package io.github.rewrite4j.samediff.search;

import java.util.Arrays;
import java.util.List;

/**
 * The largest of a stream of numbers, as many as fit: a heap with the smallest of them at its root. Its memory is that of
 * the numbers it keeps.
 */
final class LargestValues {
    private static final int FIRST = 1024;

    private final int capacity;
    private float[] heap;
    private int size;

    LargestValues(int capacity) {
        this.capacity = Math.max(1, capacity);
        this.heap = new float[Math.min(this.capacity, FIRST)];
    }

    void add(float value) {
        if (size < capacity) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, (int) Math.min(capacity, 2L * size));
            }
            heap[size] = value;
            up(size++);
        } else if (value > heap[0]) {
            heap[0] = value;
            down();
        }
    }

    private void up(int start) {
        int at = start;
        while (at > 0 && heap[at] < heap[(at - 1) / 2]) {
            swap(at, (at - 1) / 2);
            at = (at - 1) / 2;
        }
    }

    private void down() {
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                return;
            }
            if (child + 1 < size && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[at] <= heap[child]) {
                return;
            }
            swap(at, child);
            at = child;
        }
    }

    private void swap(int a, int b) {
        float kept = heap[a];
        heap[a] = heap[b];
        heap[b] = kept;
    }

    /** Those that are kept of both, as new ones. */
    LargestValues plus(LargestValues other) {
        LargestValues both = new LargestValues(capacity);
        for (LargestValues part : List.of(this, other)) {
            for (int i = 0; i < part.size; i++) {
                both.add(part.heap[i]);
            }
        }
        return both;
    }

    int capacity() {
        return capacity;
    }

    /** All that are kept, in no order. */
    float[] values() {
        return Arrays.copyOf(heap, size);
    }

    /** The smallest number that is kept. */
    float smallest() {
        if (size == 0) {
            throw new IllegalStateException("No number was added.");
        }
        return heap[0];
    }

    @Override
    public String toString() {
        return size + " values " + Arrays.toString(Arrays.copyOf(heap, Math.min(size, 8)));
    }
}
