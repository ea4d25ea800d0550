package io.github.rewrite4j.samediff.generator.munit;

import io.github.rewrite4j.samediff.generator.Edges;
import io.github.rewrite4j.samediff.generator.PictureSize;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How a translator is trained.
 *
 * @param size pixels of a side
 * @param width channels of the first convolution
 * @param downs halvings of the content
 * @param blocks residual blocks of an encoder and of a decoder
 * @param style numbers of a style
 * @param hidden numbers of the hidden layers between style and decoder
 * @param judge channels of the two discriminators of a training with cycles, see {@link
 *     io.github.rewrite4j.samediff.perception.StridedDiscriminator#initial}
 * @param steps of Adam
 * @param batch pictures of each domain a step, an even number
 * @param rate of Adam, falling along half a cosine to a tenth
 * @param average decay of the moving average of the weights, which is the result
 * @param seed decides everything
 */
public record TranslatorRecipe(
        int size,
        int width,
        int downs,
        int blocks,
        int style,
        int hidden,
        List<Integer> judge,
        int steps,
        int batch,
        double rate,
        double average,
        long seed) {
    public TranslatorRecipe {
        Objects.requireNonNull(judge, "judge");
        judge = List.copyOf(judge);
        if (width < 1 || downs < 1 || downs > 4 || blocks < 1 || style < 1 || hidden < 1 || steps < 1) {
            throw new IllegalArgumentException(
                    "A translator has widths, halvings (four at most), blocks, styles and steps from 1.");
        }
        if (size < 16 || size % (1 << downs) != 0) {
            throw new IllegalArgumentException("Pictures of " + size + " pixels cannot be halved " + downs
                    + " times, or are too small: take a multiple of " + (1 << downs) + " from 16.");
        }
        if (batch < 2 || batch % 2 != 0) {
            throw new IllegalArgumentException("The batch is " + batch + ": it is even and at least 2.");
        }
        if (!(rate > 0) || !(average >= 0 && average < 1)) {
            throw new IllegalArgumentException("A training takes a positive rate and an average from 0 to below 1, but"
                    + " given were " + rate + " and " + average + ".");
        }
    }

    /** 32x32 pixels, the sizes of the bundled translator halved: an hour of one core with pairs, two with cycles. */
    public static TranslatorRecipe small() {
        return new TranslatorRecipe(32, 12, 2, 2, 8, 32, List.of(16, 32, 64, 96), 3000, 8, 1e-3, 0.998, 7);
    }

    /** The same with another number of steps. */
    public TranslatorRecipe withSteps(int count) {
        return new TranslatorRecipe(
                size, width, downs, blocks, style, hidden, judge, count, batch, rate, average, seed);
    }

    MunitShape shape() {
        return new MunitShape(width, downs, blocks, style, hidden);
    }

    MunitRecipe form() {
        return new MunitRecipe(new PictureSize(size, size), Edges.REFLECT, MunitActivation.RELU);
    }

    double factor(long step) {
        return 0.1 + 0.45 * (1 + Math.cos(Math.PI * Math.min(1, (double) step / steps)));
    }

    TreeMap<String, String> facts() {
        TreeMap<String, String> facts = new TreeMap<>();
        facts.put("shape", size + ", " + shape());
        facts.put("judge", judge.toString());
        facts.put("steps", Integer.toString(steps));
        facts.put("batch", Integer.toString(batch));
        facts.put("rate", Double.toString(rate));
        facts.put("average", Double.toString(average));
        facts.put("seed", Long.toString(seed));
        return facts;
    }
}
