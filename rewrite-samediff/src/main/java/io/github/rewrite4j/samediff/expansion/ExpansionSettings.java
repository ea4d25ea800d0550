package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.io.Fingerprints;
import io.github.rewrite4j.samediff.perception.Discriminator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Everything that decides a training, but for source, domains and objectives. */
record ExpansionSettings(
        ReplayLoss replay,
        double expand,
        double source,
        Optional<Discriminator> discriminator,
        Optional<INDArray> realImages,
        int batch,
        double learningRate,
        double domainRate,
        double average,
        double gradual,
        int iterations,
        long seed,
        int latents,
        int evaluateEvery,
        int threads,
        DomainSchedule schedule,
        DomainMixtures mixtures) {
    static final double BETA_1 = 0;
    static final double BETA_2 = 0.99;

    /** Parts that a batch is cut into, always the same, so that threads do not change results. */
    int shards() {
        return Math.min(2, batch);
    }

    boolean adversarial() {
        return discriminator.isPresent() && source > 0;
    }

    private static String identity(String name, INDArray array) {
        return Fingerprints.of(new TreeMap<>(Map.of(name, array)), "");
    }

    private static String identity(Discriminator judge) {
        TreeMap<String, INDArray> weights = new TreeMap<>();
        judge.parameters().forEach(p -> weights.put(p.name(), Nd4j.createFromArray(p.value())));
        try {
            return Fingerprints.of(weights, "");
        } finally {
            weights.values().forEach(INDArray::close);
        }
    }

    SortedMap<String, String> recipe() {
        TreeMap<String, String> recipe = new TreeMap<>();
        recipe.put("replayPixels", Double.toString(replay.pixels()));
        recipe.put("replayPerceptual", Double.toString(replay.perceptual()));
        recipe.put("replayNetwork", replay.eye().map(eye -> eye.name()).orElse("none"));
        recipe.put("expand", Double.toString(expand));
        recipe.put("mode", adversarial() ? "source loss " + source : "data-free");
        recipe.put(
                "realImages",
                realImages
                        .map(images -> images.size(0) + " " + identity("images", images))
                        .orElse("0"));
        discriminator.ifPresent(judge -> recipe.put("discriminator", identity(judge)));
        recipe.put("batch", Integer.toString(batch));
        recipe.put("learningRate", Double.toString(learningRate));
        recipe.put("domainRate", Double.toString(domainRate));
        recipe.put("average", Double.toString(average));
        recipe.put("gradual", Double.toString(gradual));
        recipe.put("iterations", Integer.toString(iterations));
        recipe.put("seed", Long.toString(seed));
        recipe.put("latents", Integer.toString(latents));
        if (!mixtures.pairs().isEmpty()) {
            recipe.put("mixtures", Double.toString(mixtures.share()));
        }
        if (!schedule.equals(DomainSchedule.EVEN)) {
            recipe.put("schedule", schedule.toString());
        }
        return recipe;
    }
}
