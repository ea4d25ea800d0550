package io.github.rewrite4j.samediff.engine.kernel;

/**
 * How many numbers lie between two positions of a map: its channels and some zeros.
 *
 * <p>oneDNN's AVX2 kernel lays weights out in blocks of 8 output channels, {@code in * k * k * 32} bytes apart. Where that is
 * a multiple of a page, the four blocks it reads at a time share one set of the first cache, and it takes 1.6 times as
 * long. Eight more input channels, all zero, cure it.
 */
final class ChannelPitch {
    /** Channels in a block. */
    private static final int BLOCK = 8;

    /** Bytes of one tap of a block of weights: 8 output channels, float32. */
    private static final int TAP_BYTES = BLOCK * Float.BYTES;

    private static final int PAGE = 4096;

    private ChannelPitch() {}

    /** The pitch of a map that convolutions of a kernel size read. */
    static int of(int channels, int kernel) {
        int pitch = (channels + BLOCK - 1) / BLOCK * BLOCK;
        // Larger kernels than 3 were not seen to gain.
        return kernel <= 3 && (long) pitch * kernel * kernel * TAP_BYTES % PAGE == 0 ? pitch + BLOCK : pitch;
    }
}
