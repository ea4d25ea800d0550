package io.github.rewrite4j.samediff.generator.avatar;

import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How a small style-based generator is trained.
 *
 * @param latent numbers of z and of w
 * @param mapping dense layers between them
 * @param widths channels of the constant and of each convolution's result; two convolutions a grid from 4x4 on and one at the
 *     last, so 2 k + 2 of them give a side of 4 2^k
 * @param judge channels of the discriminator, see {@link
 *     io.github.rewrite4j.samediff.perception.StridedDiscriminator#initial}; one more than the grid is doubled
 * @param steps of both networks
 * @param batch pictures a step, a multiple of 8: two shards of groups of four
 * @param rate of Adam, times the scale of each weight, which is what equalised learning rates amount to
 * @param penalty gamma of R1
 * @param lazy steps between penalties
 * @param average decay of the moving average of the weights, which is the result
 * @param mirrored whether pictures are shown as they are and mirrored
 * @param seed decides everything
 */
public record StyleGanRecipe(
        int latent,
        int mapping,
        List<Integer> widths,
        List<Integer> judge,
        int steps,
        int batch,
        double rate,
        double penalty,
        int lazy,
        double average,
        boolean mirrored,
        long seed) {
    private static final int LEAST = 4;
    private static final int MOST_DOUBLINGS = 6;

    public StyleGanRecipe {
        Objects.requireNonNull(widths, "widths");
        Objects.requireNonNull(judge, "judge");
        widths = List.copyOf(widths);
        judge = List.copyOf(judge);
        int doublings = widths.size() / 2 - 1;
        if (widths.size() % 2 != 0 || doublings < 1 || doublings > MOST_DOUBLINGS || judge.size() != doublings + 1) {
            throw new IllegalArgumentException("A generator that doubles its grid k times has 2 k + 2 widths, and its"
                    + " discriminator k + 1, for k from 1 to " + MOST_DOUBLINGS + ", but given were " + widths.size()
                    + " and " + judge.size() + ".");
        }
        if (widths.stream().anyMatch(width -> width < 1) || latent < 1 || mapping < 1 || steps < 1 || lazy < 1) {
            throw new IllegalArgumentException(
                    "Widths, the latent, dense layers, steps and the distance of penalties are at least 1.");
        }
        if (batch < 8 || batch % 8 != 0) {
            throw new IllegalArgumentException("The batch is " + batch + ": it is a multiple of 8.");
        }
        if (!(rate > 0) || !(penalty >= 0) || !(average >= 0 && average < 1)) {
            throw new IllegalArgumentException(
                    "A training takes a positive rate, a penalty from 0 and an average from 0 to below 1, but given were "
                            + rate + ", " + penalty + " and " + average + ".");
        }
    }

    /** 32x32 pixels, for about eighty thousand pictures shown: a quarter of an hour of one core. */
    public static StyleGanRecipe small() {
        return new StyleGanRecipe(
                48,
                2,
                List.of(48, 48, 48, 48, 32, 32, 16, 16),
                List.of(12, 24, 48, 64),
                10_000,
                8,
                2.5e-3,
                1,
                16,
                0.998,
                true,
                7);
    }

    /** 64x64 pixels, of the size of the bundled generator and discriminator. */
    public static StyleGanRecipe avatar() {
        return new StyleGanRecipe(
                64,
                3,
                List.of(128, 128, 128, 128, 96, 96, 48, 48, 16, 16),
                List.of(16, 32, 64, 128, 128),
                40_000,
                16,
                2e-3,
                1,
                8,
                0.999,
                false,
                7);
    }

    /** The same with another number of steps. */
    public StyleGanRecipe withSteps(int count) {
        return new StyleGanRecipe(
                latent, mapping, widths, judge, count, batch, rate, penalty, lazy, average, mirrored, seed);
    }

    /** The same with another seed. */
    public StyleGanRecipe withSeed(long other) {
        return new StyleGanRecipe(
                latent, mapping, widths, judge, steps, batch, rate, penalty, lazy, average, mirrored, other);
    }

    /** Pixels of a side. */
    public int size() {
        return LEAST << (widths.size() / 2 - 1);
    }

    /** Number of convolutions. */
    int convolutions() {
        return widths.size() - 1;
    }

    TreeMap<String, String> facts() {
        TreeMap<String, String> facts = new TreeMap<>();
        facts.put("latent", Integer.toString(latent));
        facts.put("mapping", Integer.toString(mapping));
        facts.put("widths", widths.toString());
        facts.put("judge", judge.toString());
        facts.put("batch", Integer.toString(batch));
        facts.put("rate", Double.toString(rate));
        facts.put("penalty", penalty + " every " + lazy);
        facts.put("average", Double.toString(average));
        facts.put("mirrored", Boolean.toString(mirrored));
        facts.put("seed", Long.toString(seed));
        return facts;
    }
}
