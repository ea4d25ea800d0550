package io.github.rewrite4j.samediff.generator.rfr;

import java.util.TreeMap;

/**
 * How an inpainter is trained.
 *
 * @param size pixels of a side, a multiple of 16
 * @param width channels of its features; the levels of the recurrent module have twice, four times and eight times as many
 * @param kernel side of the partial convolutions behind the first, odd
 * @param steps of Adam
 * @param batch pictures a step, an even number
 * @param rate of Adam, falling along half a cosine to a tenth
 * @param hole what a number in a hole counts against one that is known
 * @param average decay of the moving average of the weights, which is the result
 * @param seed decides everything
 */
public record InpainterRecipe(
        int size, int width, int kernel, int steps, int batch, double rate, double hole, double average, long seed) {
    public InpainterRecipe {
        if (size < 16 || size % 16 != 0) {
            throw new IllegalArgumentException("The side is " + size + ": it is a multiple of 16.");
        }
        if (width < 2 || width % 2 != 0 || kernel < 1 || kernel % 2 == 0 || steps < 1) {
            throw new IllegalArgumentException(
                    "An inpainter has an even width, an odd kernel and at least one step of training, but given were "
                            + width + ", " + kernel + " and " + steps + ".");
        }
        if (batch < 2 || batch % 2 != 0) {
            throw new IllegalArgumentException("The batch is " + batch + ": it is even and at least 2.");
        }
        if (!(rate > 0) || !(hole > 0) || !(average >= 0 && average < 1)) {
            throw new IllegalArgumentException(
                    "A training takes a positive rate, a positive weight of holes and an average from 0 to below 1, but"
                            + " given were " + rate + ", " + hole + " and " + average + ".");
        }
    }

    /** 32x32 pixels, half as wide as the bundled inpainter: an hour of one core. */
    public static InpainterRecipe small() {
        return new InpainterRecipe(32, 8, 5, 3000, 8, 2e-3, 6, 0.998, 7);
    }

    /** The same with another number of steps. */
    public InpainterRecipe withSteps(int count) {
        return new InpainterRecipe(size, width, kernel, count, batch, rate, hole, average, seed);
    }

    RfrShape shape() {
        return new RfrShape(width, kernel, 2 * width, 4 * width, 8 * width, width, Math.max(2, width / 4));
    }

    double factor(long step) {
        return 0.1 + 0.45 * (1 + Math.cos(Math.PI * Math.min(1, (double) step / steps)));
    }

    TreeMap<String, String> facts() {
        TreeMap<String, String> facts = new TreeMap<>();
        facts.put("shape", size + ", " + shape());
        facts.put("steps", Integer.toString(steps));
        facts.put("batch", Integer.toString(batch));
        facts.put("rate", Double.toString(rate));
        facts.put("hole", Double.toString(hole));
        facts.put("average", Double.toString(average));
        facts.put("seed", Long.toString(seed));
        return facts;
    }
}
