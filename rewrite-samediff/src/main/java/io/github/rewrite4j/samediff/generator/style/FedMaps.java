package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.samediff.engine.kernel.NativeFloats;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The maps among the feeds of a run, [N or 1, H, W, C] without gaps. What has one number for each channel is left to
 * {@link StyledFactors}.
 */
final class FedMaps implements AutoCloseable {
    private final Map<String, Feed> maps = new HashMap<>();
    private int samples = 1;

    private record Feed(NativeFloats numbers, int samples) {}

    /**
     * Copies.
     *
     * @param weights names of feeds that are no maps
     */
    FedMaps(Map<String, INDArray> feeds, Set<String> weights) {
        boolean whole = false;
        try {
            feeds.forEach((name, array) -> {
                if (!weights.contains(name)) {
                    add(name, array);
                }
            });
            whole = true;
        } finally {
            if (!whole) {
                close();
            }
        }
    }

    private void add(String name, INDArray array) {
        int count = Math.toIntExact(array.size(0));
        samples = Math.max(samples, count);
        if (array.rank() == 4 && array.size(2) * array.size(3) > 1) {
            NativeFloats copy = new NativeFloats(array.length());
            maps.put(name, new Feed(copy, count));
            copy.view(0, count, array.size(2), array.size(3), array.size(1)).assign(array.permute(0, 2, 3, 1));
        }
    }

    /** Samples of the run: the most rows that a feed has, maps or not. */
    int samples() {
        return samples;
    }

    /** All samples of a map. */
    NativeFloats numbers(String name) {
        return Named.in(maps, name).numbers();
    }

    /**
     * Where a sample begins.
     *
     * @param length numbers of one sample
     */
    int start(String name, int sample, int length) {
        return Named.in(maps, name).samples() == 1 ? 0 : sample * length;
    }

    /** A sample of a map on the heap, [H, W, C]. */
    float[] sample(String name, int sample, int length) {
        float[] numbers = new float[length];
        numbers(name).get(start(name, sample, length), numbers, 0, length);
        return numbers;
    }

    @Override
    public void close() {
        maps.values().forEach(feed -> feed.numbers().close());
        maps.clear();
    }
}
