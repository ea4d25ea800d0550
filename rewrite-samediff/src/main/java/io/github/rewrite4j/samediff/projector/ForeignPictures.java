package io.github.rewrite4j.samediff.projector;

import java.util.List;
import java.util.Random;

/**
 * Pictures that no sample gives, made from samples: with painted shapes, parts of other samples, other colours; and the
 * user's own. Their values are unknown, so only the way image to value to image can be trained on them.
 */
final class ForeignPictures {
    private final ForeignPainter painter;
    private final List<float[]> own;

    /**
     * @param own pictures of the user's, of the size of the generator's images; possibly none
     */
    ForeignPictures(int channels, int height, int width, List<float[]> own) {
        this.painter = new ForeignPainter(channels, height, width);
        this.own = List.copyOf(own);
    }

    /** One picture. */
    static final class Drawn {
        private final float[] pixels;
        private final boolean ofNoSample;

        private Drawn(float[] pixels, boolean ofNoSample) {
            this.pixels = pixels;
            this.ofNoSample = ofNoSample;
        }

        float[] pixels() {
            return pixels;
        }

        /** Whether it began as no sample's image. */
        boolean ofNoSample() {
            return ofNoSample;
        }
    }

    /**
     * Makes a picture.
     *
     * @param sample the image to start from; not changed
     * @param other another sample's image
     */
    Drawn draw(float[] sample, float[] other, Random random) {
        if (!own.isEmpty() && random.nextInt(3) == 0) {
            return new Drawn(own.get(random.nextInt(own.size())), true);
        }
        float[] image = sample.clone();
        int kind = random.nextInt(20);
        if (kind < 3 || kind >= 16) {
            painter.mix(image, other, random);
        }
        if (kind >= 2 && kind < 6) {
            painter.recolour(image, random);
        }
        if (kind >= 4 && kind < 18) {
            painter.paint(image, random);
        }
        return new Drawn(image, false);
    }
}
