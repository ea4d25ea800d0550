package io.github.rewrite4j.samediff.generator.diffusion;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How a diffusion autoencoder is trained: at first as its authors do, all noises alike, and then with more weight on the
 * noisiest pictures. What is drawn from one fixed x_T in few steps is decided there, where an error of the noise is a much
 * larger one of the picture.
 *
 * @param architecture its sizes
 * @param steps of Adam with all noises alike
 * @param refining steps of Adam after them, in which an error of the noise counts (1 - abar) / abar times, at least 1 and at most
 *     {@link #emphasis} (truncated signal-to-noise weights, Salimans and Ho 2022); 0 for none, as published
 * @param emphasis largest weight while refining
 * @param batch pictures a step
 * @param rate of Adam, falling along half a cosine to a tenth; while refining it rises to half and falls again, along a sine
 * @param average decay of the moving average of the weights, which is the result
 * @param seed decides everything
 */
public record DiffusionRecipe(
        DiffusionArchitecture architecture,
        int steps,
        int refining,
        double emphasis,
        int batch,
        double rate,
        double average,
        long seed) {
    public DiffusionRecipe {
        Objects.requireNonNull(architecture, "architecture");
        if (steps < 1
                || refining < 0
                || !(emphasis >= 1)
                || batch < 1
                || !(rate > 0)
                || !(average >= 0 && average < 1)) {
            throw new IllegalArgumentException(
                    "A training takes steps, a batch and an emphasis from 1, refining steps from 0,"
                            + " a positive rate and an average from 0 to below 1, but given were " + steps + ", "
                            + batch + ", "
                            + emphasis + ", " + refining + ", " + rate + " and " + average + ".");
        }
    }

    /** A small network for pictures of 32 pixels. */
    public static DiffusionRecipe small() {
        return new DiffusionRecipe(
                new DiffusionArchitecture(
                        32, 16, List.of(1, 2, 2), List.of(1, 2, 2), 1, 1, List.of(8), 32, 64, 1000, 4),
                3000,
                12_000,
                400,
                8,
                2e-3,
                0.998,
                5);
    }

    /** The same with other numbers of steps. */
    public DiffusionRecipe withSteps(int alike, int refined) {
        return new DiffusionRecipe(architecture, alike, refined, emphasis, batch, rate, average, seed);
    }

    /** Steps of both kinds. */
    public int allSteps() {
        return Math.addExact(steps, refining);
    }

    /** How much an error of the noise counts at a step, where so much of the picture is kept. */
    double weight(long step, double kept) {
        return step < steps ? 1 : Math.max(1, Math.min(emphasis, (1 - kept) / kept));
    }

    double factor(long step) {
        if (step >= steps) {
            return 0.1 + 0.4 * Math.sin(Math.PI * (step - steps) / refining);
        }
        return 0.1 + 0.45 * (1 + Math.cos(Math.PI * step / steps));
    }

    TreeMap<String, String> facts() {
        TreeMap<String, String> facts = new TreeMap<>();
        facts.put("architecture", architecture.toString());
        facts.put("steps", Integer.toString(steps));
        facts.put("refining", Integer.toString(refining));
        facts.put("batch", Integer.toString(batch));
        facts.put("emphasis", Double.toString(emphasis));
        facts.put("rate", String.format(Locale.ROOT, "%s", rate));
        facts.put("average", Double.toString(average));
        facts.put("seed", Long.toString(seed));
        return facts;
    }
}
