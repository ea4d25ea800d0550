package io.github.rewrite4j.samediff.clip;

import java.util.Locale;
import java.util.Objects;

/**
 * The sizes of a CLIP network with a vision transformer.
 *
 * @param embedding length of the joint vectors
 * @param resolution pixels of a side of its pictures
 * @param patch pixels of a side of a patch
 * @param pictures the transformer of the pictures
 * @param texts the transformer of the texts
 * @param context tokens of a text at most
 * @param vocabulary number of tokens
 * @param quick whether the activation is x sigmoid(1.702 x), as OpenAI trained; otherwise the Gaussian one
 */
public record ClipArchitecture(
        int embedding,
        int resolution,
        int patch,
        Tower pictures,
        Tower texts,
        int context,
        int vocabulary,
        boolean quick) {
    public ClipArchitecture {
        Objects.requireNonNull(pictures, "pictures");
        Objects.requireNonNull(texts, "texts");
    }

    /**
     * A transformer.
     *
     * @param width channels of a token
     * @param layers blocks
     * @param heads heads of the attention, which divide the width
     */
    public record Tower(int width, int layers, int heads) {
        public Tower {
            if (width < 1 || layers < 1 || heads < 1 || width % heads != 0) {
                throw new IllegalArgumentException("A transformer of " + layers + " layers, " + width + " channels and "
                        + heads + " heads cannot be: all must be positive, and the heads divide the channels.");
            }
        }
    }

    /** Patches along a side. */
    int grid() {
        return resolution / patch;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "CLIP, pictures of %d pixels in patches of %d, %d layers of %d; texts of %d tokens, %d layers of %d;"
                        + " vectors of %d",
                resolution,
                patch,
                pictures.layers(),
                pictures.width(),
                context,
                texts.layers(),
                texts.width(),
                embedding);
    }
}
