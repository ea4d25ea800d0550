package io.github.rewrite4j.samediff.generator.rfr;

/**
 * Sizes of an inpainter, as its tensors say.
 *
 * @param width channels of its features
 * @param kernel side of the partial convolutions behind the first: 7, or 5 in the variant for smaller holes
 * @param encoder channels of the three levels of the recurrent module
 * @param tail channels of the last layers
 * @param neck channels between them
 */
record RfrShape(int width, int kernel, int first, int second, int encoder, int tail, int neck) {
    @Override
    public String toString() {
        return "width " + width + ", module " + encoder + ", kernels of " + kernel;
    }
}
