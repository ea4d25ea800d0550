package io.github.rewrite4j.samediff.perception;

import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Random;

/**
 * Distorted pictures and their masks, batch by batch; every picture once before any comes again. Half of the pictures are
 * mirrored and all are shifted by a few pixels, masks with them; colours, sharpness and noise change as in {@link Augmentation}.
 */
final class PartBatches {
    private static final int SHIFT = 3;
    private static final Augmentation COLOURS = new Augmentation(
            0,
            Augmentation.DEFAULT.contrast(),
            Augmentation.DEFAULT.brightness(),
            Augmentation.DEFAULT.noise(),
            Augmentation.DEFAULT.blur());

    private final PartPictures source;
    private final Random random;
    private final int[] order;
    private final int size;
    private final int batch;
    private final float[] drawn;
    private final float[] moved;
    private final float[] pictures;
    private final float[] masks;
    private final float[] gaussians;
    private int next;

    /** Batches of the first {@code count} pictures. */
    PartBatches(PartPictures source, int count, int batch, Random random) {
        this.source = source;
        this.random = random;
        this.batch = batch;
        this.size = source.size();
        this.order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        this.drawn = new float[3 * size * size];
        this.moved = new float[drawn.length];
        this.pictures = new float[batch * drawn.length];
        this.masks = new float[batch * source.parts().size() * size * size];
        this.gaussians = Augmentation.gaussians(size, random);
        this.next = count;
    }

    /** Moves on to the next batch. */
    void next() {
        for (int b = 0; b < batch; b++) {
            if (next == order.length) {
                shuffle();
                next = 0;
            }
            take(order[next++], b);
        }
    }

    private void take(int image, int place) {
        boolean mirrored = random.nextBoolean();
        int dx = random.nextInt(2 * SHIFT + 1) - SHIFT;
        int dy = random.nextInt(2 * SHIFT + 1) - SHIFT;
        source.copyImage(image, drawn);
        int parts = source.parts().size();
        for (int y = 0; y < size; y++) {
            int row = clamp(y + dy);
            for (int x = 0; x < size; x++) {
                int shifted = clamp(x + dx);
                int column = mirrored ? size - 1 - shifted : shifted;
                for (int c = 0; c < 3; c++) {
                    moved[(c * size + y) * size + x] = drawn[(c * size + row) * size + column];
                }
                for (int part = 0; part < parts; part++) {
                    masks[((place * parts + part) * size + y) * size + x] =
                            source.shows(image, part, row, column) ? 1 : 0;
                }
            }
        }
        COLOURS.distort(moved, pictures, place * moved.length, size, gaussians, random);
    }

    private int clamp(int position) {
        return Math.max(0, Math.min(size - 1, position));
    }

    private void shuffle() {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
    }

    /** The pictures of the batch. */
    Node pictures(Tape tape) {
        return tape.constant(pictures, batch, 3, size, size);
    }

    /** Their masks, [batch, parts, size, size] of 0 and 1; overwritten by the next batch. */
    float[] masks() {
        return masks;
    }
}
