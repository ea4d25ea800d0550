package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.samediff.engine.kernel.NativeFloats;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where a plan puts a map that is wanted, all samples of a batch one after the other. Grows with the largest batch. */
final class MapExport implements AutoCloseable {
    private final int channels;
    private final int h;
    private final int w;
    private final boolean channelsLast;
    private @Nullable NativeFloats numbers;
    private @Nullable INDArray shown;

    /**
     * @param channelsLast whether maps are [H, W, C] or [C, H, W]
     */
    MapExport(int channels, int h, int w, boolean channelsLast) {
        this.channels = channels;
        this.h = h;
        this.w = w;
        this.channelsLast = channelsLast;
    }

    /** Numbers of one sample. */
    int length() {
        return channels * h * w;
    }

    void room(int samples) {
        long needed = (long) samples * length();
        if (numbers == null || numbers.length() < needed) {
            close();
            numbers = new NativeFloats(needed);
        }
    }

    NativeFloats numbers() {
        if (numbers == null) {
            throw new IllegalStateException("There is no room for a map that is wanted.");
        }
        return numbers;
    }

    /** [N, C, H, W] with the strides that the numbers have. */
    INDArray view(int samples) {
        if (shown == null || shown.size(0) != samples) {
            shown = channelsLast
                    ? numbers().view(0, samples, h, w, channels).permute(0, 3, 1, 2)
                    : numbers().view(0, samples, channels, h, w);
        }
        return shown;
    }

    @Override
    public void close() {
        if (numbers != null) {
            numbers.close();
            numbers = null;
            shown = null;
        }
    }
}
