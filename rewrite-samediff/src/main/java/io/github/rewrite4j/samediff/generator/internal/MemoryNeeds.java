package io.github.rewrite4j.samediff.generator.internal;

/**
 * Memory that a graph takes, judged from counts alone.
 *
 * @param parameters number of weights
 * @param largestMap numbers of the largest feature map of one sample
 */
public record MemoryNeeds(long parameters, long largestMap) {
    /** Measured at 256x256 rather than counted: SameDiff keeps arrays in order to use them again. */
    private static final int MAPS_ALIVE = 40;

    /** Of a style network, which is drawn sample by sample without a graph: measured at 1024x1024 (config f), 7.3. */
    private static final int MAPS_DRAWN = 8;

    /** While a file is read: each weight as it comes from the file, as the graph wants it, and once more on the way. */
    public long loadingBytes() {
        return 3 * weights();
    }

    /** While one batch of images is drawn: weights and the feature maps that SameDiff keeps. */
    public long generatingBytes() {
        return weights() + MAPS_ALIVE * largestMap * Float.BYTES * GraphModel.samplesAtOnce(largestMap);
    }

    /**
     * While images are drawn one after the other by kernels of this library: weights, weights as the kernels want them, and the
     * maps of one sample.
     */
    public long drawingBytes() {
        return 2 * weights() + MAPS_DRAWN * largestMap * Float.BYTES;
    }

    private long weights() {
        return parameters * Float.BYTES;
    }
}
