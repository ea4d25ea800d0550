package io.github.rewrite4j.avatars.attribute;

import io.github.rewrite4j.samediff.perception.Augmentation;
import java.util.Objects;

/**
 * All that an attribute network depends on besides its pictures.
 *
 * @param name what the network calls itself
 * @param architecture its shape
 * @param seed of its first weights, the order of the pictures and their distortions
 * @param steps of Adam
 * @param batch pictures in a step
 * @param rate learning rate at the start; it falls to 0 along half a cosine
 * @param holdOut how many pictures, the last ones, are kept for measuring
 * @param augmentation how pictures are distorted
 */
public record AttributeRecipe(
        String name,
        AttributeArchitecture architecture,
        long seed,
        int steps,
        int batch,
        double rate,
        int holdOut,
        Augmentation augmentation) {
    public AttributeRecipe {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(architecture, "architecture");
        Objects.requireNonNull(augmentation, "augmentation");
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

    /** 2,400 steps of 32 pictures at a rate of 0.002, 256 pictures held out, default distortions. */
    public static AttributeRecipe of(String name, AttributeArchitecture architecture, long seed) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(architecture, "architecture");
        return new AttributeRecipe(name, architecture, seed, 2400, 32, 2e-3, 256, Augmentation.DEFAULT);
    }

    /** The same for another number of steps. */
    public AttributeRecipe withSteps(int newSteps) {
        return new AttributeRecipe(name, architecture, seed, newSteps, batch, rate, holdOut, augmentation);
    }

    /** The same with batches of another size. */
    public AttributeRecipe withBatch(int newBatch) {
        return new AttributeRecipe(name, architecture, seed, steps, newBatch, rate, holdOut, augmentation);
    }

    /** The same with another number of held-out pictures. */
    public AttributeRecipe withHoldOut(int newHoldOut) {
        return new AttributeRecipe(name, architecture, seed, steps, batch, rate, newHoldOut, augmentation);
    }
}
