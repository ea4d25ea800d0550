package io.github.rewrite4j.avatars.attribute;

import io.github.rewrite4j.samediff.perception.Augmentation;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Random;

/** Distorted pictures and what they show, batch by batch; every picture once before any comes again. */
final class AttributeBatches {
    private final LabelledImages images;
    private final Augmentation augmentation;
    private final Random random;
    private final int[] order;
    private final int[] chosen;
    private final float[] picture;
    private final float[] pictures;
    private final float[] gaussians;
    private final float[] colours;
    private final float[] colourWeights;
    private int next;

    /** Batches of the first {@code count} pictures. */
    AttributeBatches(LabelledImages images, int count, AttributeRecipe recipe, Random random) {
        this.images = images;
        this.augmentation = recipe.augmentation();
        this.random = random;
        this.order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        this.chosen = new int[recipe.batch()];
        this.picture = new float[3 * images.size() * images.size()];
        this.pictures = new float[recipe.batch() * picture.length];
        this.gaussians = Augmentation.gaussians(images.size(), random);
        this.colours = new float[recipe.batch() * 3 * images.colours().size()];
        this.colourWeights = new float[colours.length];
        this.next = count;
    }

    LabelledImages images() {
        return images;
    }

    void next() {
        int named = images.colours().size();
        float[] colour = new float[3];
        int seen = 0;
        for (int b = 0; b < chosen.length; b++) {
            if (next == order.length) {
                shuffle();
            }
            chosen[b] = order[next++];
            images.copyImage(chosen[b], picture);
            Augmentation.Tint tint =
                    augmentation.distort(picture, pictures, b * picture.length, images.size(), gaussians, random);
            for (int c = 0; c < named; c++) {
                int at = 3 * (b * named + c);
                boolean visible = images.copyColour(chosen[b], c, colour);
                System.arraycopy(colour, 0, colours, at, 3);
                tint.apply(colours, at);
                for (int i = at; i < at + 3; i++) {
                    colours[i] = visible ? colours[i] : 0;
                    colourWeights[i] = visible ? 1 : 0;
                }
                seen += visible ? 3 : 0;
            }
        }
        for (int i = 0; i < colourWeights.length; i++) {
            colourWeights[i] /= Math.max(1, seen);
        }
    }

    private void shuffle() {
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
        next = 0;
    }

    Node pictures(Tape tape) {
        return tape.constant(pictures, chosen.length, 3, images.size(), images.size());
    }

    int[] labels(int head) {
        int[] labels = new int[chosen.length];
        for (int b = 0; b < labels.length; b++) {
            labels[b] = images.label(chosen[b], head);
        }
        return labels;
    }

    Node colours(Tape tape) {
        return tape.constant(colours, chosen.length, 3 * images.colours().size());
    }

    float[] colourWeights() {
        return colourWeights;
    }
}
