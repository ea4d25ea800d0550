package io.github.rewrite4j.samediff.generator.diffusion;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How a diffusion autoencoder is trained.
 *
 * @param architecture its sizes
 * @param steps of Adam
 * @param batch pictures a step
 * @param rate of Adam, falling along half a cosine to a tenth
 * @param average decay of the moving average of the weights, which is the result
 * @param seed decides everything
 */
public record DiffusionRecipe(
        DiffusionArchitecture architecture, int steps, int batch, double rate, double average, long seed) {
    public DiffusionRecipe {
        Objects.requireNonNull(architecture, "architecture");
        if (steps < 1 || batch < 1 || !(rate > 0) || !(average >= 0 && average < 1)) {
            throw new IllegalArgumentException(
                    "A training takes steps and a batch from 1, a positive rate and an average"
                            + " from 0 to below 1, but given were " + steps + ", " + batch + ", " + rate + " and "
                            + average
                            + ".");
        }
    }

    /** A small network for pictures of 32 pixels, which a core learns in an hour. */
    public static DiffusionRecipe small() {
        return new DiffusionRecipe(
                new DiffusionArchitecture(32, 16, List.of(1, 2, 2), List.of(1, 2, 2), 1, 1, List.of(8), 32, 64, 1000),
                3000,
                8,
                2e-3,
                0.998,
                5);
    }

    /** The same with another number of steps. */
    public DiffusionRecipe withSteps(int count) {
        return new DiffusionRecipe(architecture, count, batch, rate, average, seed);
    }

    double factor(long step) {
        return 0.1 + 0.45 * (1 + Math.cos(Math.PI * Math.min(1, (double) step / steps)));
    }

    TreeMap<String, String> facts() {
        TreeMap<String, String> facts = new TreeMap<>();
        facts.put("architecture", architecture.toString());
        facts.put("steps", Integer.toString(steps));
        facts.put("batch", Integer.toString(batch));
        facts.put("rate", String.format(Locale.ROOT, "%s", rate));
        facts.put("average", Double.toString(average));
        facts.put("seed", Long.toString(seed));
        return facts;
    }
}
