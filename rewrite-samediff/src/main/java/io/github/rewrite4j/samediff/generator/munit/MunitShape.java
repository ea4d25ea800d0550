package io.github.rewrite4j.samediff.generator.munit;

import io.github.rewrite4j.RewriteException;

/**
 * Sizes of a translator, as its tensors say.
 *
 * @param width channels of the first convolution
 * @param downs halvings of the content
 * @param blocks residual blocks of an encoder and of a decoder
 * @param style numbers of a style
 * @param hidden numbers of the hidden layers between style and decoder
 */
record MunitShape(int width, int downs, int blocks, int style, int hidden) {
    /** Halvings of the style encoder, whatever the content's are. */
    static final int STYLE_DOWNS = 4;

    /** Channels of the content. */
    int content() {
        return width << downs;
    }

    /** Numbers that the decoder's normalisations take. */
    int adaptive() {
        return 4 * blocks * content();
    }

    /** Pixels that a side of a picture becomes. */
    int result(int side) {
        return side >> downs << downs;
    }

    /** Refuses pictures that some map of would be too small to be mirrored at its edges. */
    void requireFits(int height, int width, boolean styled) {
        int least = Math.max(4, Math.max(2 << downs, styled ? 1 << STYLE_DOWNS : 1));
        if (Math.min(height, width) < least) {
            throw new RewriteException("Pictures of " + height + " x " + width
                    + " pixels are too small for this translator, whose maps are mirrored at their edges: give at least "
                    + least + " pixels a side.");
        }
    }

    @Override
    public String toString() {
        return "width " + width + ", " + downs + " halvings, " + blocks + " blocks, style " + style;
    }
}
