package io.github.rewrite4j.samediff.tape;

/** Sizes of a convolution: N maps of in channels, h x w, to out channels. */
record ConvolutionShape(int n, int in, int h, int w, int out, int kernel, int stride, int padding) {
    int height() {
        return (h + 2 * padding - kernel) / stride + 1;
    }

    int width() {
        return (w + 2 * padding - kernel) / stride + 1;
    }

    int[] result() {
        return new int[] {n, out, height(), width()};
    }

    /** The convolution, for stride 1, that turns gradients of results into gradients of maps. */
    ConvolutionShape turned() {
        return new ConvolutionShape(n, out, height(), width(), in, kernel, 1, kernel - 1 - padding);
    }

    /** Whether the last kernel ends at the border, so that the size of the map follows from that of the result. */
    boolean dividesExactly() {
        return (h + 2 * padding - kernel) % stride == 0 && (w + 2 * padding - kernel) % stride == 0;
    }

    /** Whether this only mixes the channels of each position. */
    boolean mixesOnly() {
        return kernel == 1 && stride == 1 && padding == 0;
    }

    /** As ND4J's operations take them, for maps with the channels last. */
    long[] settings() {
        return new long[] {kernel, kernel, stride, stride, padding, padding, 1, 1, 0, 1, 0};
    }
}
