package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.io.Fingerprint;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** All that a training depends on besides the memory; the same settings give the same weights. */
record ProjectorSettings(
        ProjectorArchitecture architecture,
        ProjectorLosses losses,
        double foreignShare,
        double meanSideShare,
        int batch,
        double learningRate,
        int iterations,
        long seed,
        int pool,
        int renewal,
        int measuredSamples,
        int heldOut,
        int evaluateEvery,
        int patience,
        List<float[]> pictures) {
    static final double BETA_1 = 0.5;
    static final double BETA_2 = 0.999;
    static final double LARGEST_NORM = 1;
    static final double AVERAGE = 0.999;

    private static final double LARGEST_CRITIC_RATE = 2e-4;

    /** Share of the steps without, and then with growing, adversarial loss. */
    private static final double ADVERSARIAL_RAMP = 0.1;

    /** Rate of the discriminator, which runs away at rates that suit the projector. */
    double criticRate() {
        return Math.min(learningRate, LARGEST_CRITIC_RATE);
    }

    /** Samples of a step that belong to no input. */
    int foreignAt(long step) {
        return (int) (Math.floor((step + 1) * batch * foreignShare) - Math.floor(step * batch * foreignShare));
    }

    /** Factor on the learning rate: constant in the first half, then falling to zero. */
    double rateAt(long step) {
        double done = (double) step / iterations;
        return Math.min(1, 2 * (1 - done));
    }

    /** Weight of the adversarial loss. */
    double adversarialAt(long step) {
        double done = (double) step / iterations;
        double ramp = (done - ADVERSARIAL_RAMP) / ADVERSARIAL_RAMP;
        return losses.adversarial() * Math.max(0, Math.min(1, ramp));
    }

    /** Seed of the samples that are only measured. */
    long heldOutSeed() {
        return Math.floorMod(seed + 1_000_003, 1L << 32);
    }

    /** The facts, for files: equal for trainings that give the same weights. */
    SortedMap<String, String> recipe(AssociativeMemory memory) {
        TreeMap<String, String> recipe = new TreeMap<>();
        recipe.put("architecture", architecture.name());
        recipe.put("stemChannels", Integer.toString(architecture.stemChannels()));
        recipe.put("residualBlocks", Integer.toString(architecture.residualBlocks()));
        recipe.put("weightFeature", Double.toString(losses.feature()));
        recipe.put("weightAdversarial", Double.toString(losses.adversarial()));
        recipe.put("weightSimilarity", Double.toString(losses.similarity()));
        recipe.put("weightPixels", Double.toString(losses.pixels()));
        recipe.put("rawFeatureScale", Boolean.toString(losses.rawFeatureScale()));
        recipe.put("foreignShare", Double.toString(foreignShare));
        recipe.put("meanSideShare", Double.toString(meanSideShare));
        recipe.put("foreignPictures", pictures.isEmpty() ? "none" : fingerprintOfPictures());
        recipe.put("batch", Integer.toString(batch));
        recipe.put("learningRate", Double.toString(learningRate));
        recipe.put("schedule", "constant, then linear to zero in the second half");
        recipe.put(
                "optimiser",
                "adam " + BETA_1 + " " + BETA_2 + ", gradient norm " + LARGEST_NORM + ", average " + AVERAGE);
        recipe.put("iterations", Integer.toString(iterations));
        recipe.put("seed", Long.toString(seed));
        recipe.put("sampler", memory.sampler().id());
        recipe.put("pool", pool + " samples, 32 renewed every " + renewal + " steps");
        recipe.put("standardisedOn", Integer.toString(measuredSamples));
        recipe.put("heldOut", heldOut + " samples of seed " + heldOutSeed());
        recipe.put("evaluateEvery", Integer.toString(evaluateEvery));
        recipe.put("patience", Integer.toString(patience));
        return recipe;
    }

    private String fingerprintOfPictures() {
        Fingerprint.Builder builder = Fingerprint.builder("pictures");
        for (int i = 0; i < pictures.size(); i++) {
            builder.add(Integer.toString(i), pictures.get(i), pictures.get(i).length);
        }
        return pictures.size() + " pictures " + builder.build().hex().substring(0, 12);
    }
}
