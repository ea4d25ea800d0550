package io.github.rewrite4j.samediff.perception;

import java.util.Objects;

/**
 * All that a {@link PartNetwork} depends on besides its pictures.
 *
 * @param name what the network calls itself
 * @param architecture its shape
 * @param seed of its first weights, the order of the pictures and their distortions
 * @param steps of Adam
 * @param batch pictures in a step
 * @param rate learning rate at the start; it falls to 0 along half a cosine
 * @param holdOut how many pictures, the last ones, are kept for measuring
 */
public record PartRecipe(
        String name, PartArchitecture architecture, long seed, int steps, int batch, double rate, int holdOut) {
    public PartRecipe {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(architecture, "architecture");
        if (name.isBlank()) {
            throw new IllegalArgumentException("The network needs a name, which all its numbers will carry.");
        }
        if (steps < 1 || batch < 1 || holdOut < 1) {
            throw new IllegalArgumentException("Steps, batch and held-out pictures must be at least 1, but are " + steps
                    + ", " + batch + " and " + holdOut + ".");
        }
        if (!(rate > 0 && rate < 1)) {
            throw new IllegalArgumentException("The learning rate is " + rate + ": take one between 0 and 1.");
        }
    }

    /** 900 steps of 16 pictures at a rate of 0.003, 100 pictures held out. */
    public static PartRecipe of(String name, PartArchitecture architecture, long seed) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(architecture, "architecture");
        return new PartRecipe(name, architecture, seed, 900, 16, 3e-3, 100);
    }
}
