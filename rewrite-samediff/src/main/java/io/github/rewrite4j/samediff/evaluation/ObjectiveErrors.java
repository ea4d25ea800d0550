package io.github.rewrite4j.samediff.evaluation;

import io.github.rewrite4j.samediff.expansion.AdaptationBatch;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Shards;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Errors of objectives on single images, without gradients, on up to two threads. What an objective draws by chance is the
 * same for a sample whatever images are judged.
 */
final class ObjectiveErrors implements AutoCloseable {
    private static final int SHARDS = 2;

    /**
     * Samples that images are judged on.
     *
     * @param latents of the base
     * @param anchors number of the anchor of each sample, empty without anchors
     * @param reference source images of the latents
     */
    record Judged(List<double[]> latents, List<Integer> anchors, INDArray reference) {}

    private final Shards shards =
            new Shards(SHARDS, Math.min(SHARDS, Runtime.getRuntime().availableProcessors()));
    private final long seed;

    ObjectiveErrors(long seed) {
        this.seed = seed;
    }

    /**
     * The error of each image.
     *
     * @param samples what the images are of
     * @param images [N, 3, H, W]
     */
    double[] of(AdaptationObjective objective, Judged samples, INDArray images) {
        INDArray source = samples.reference();
        List<Integer> anchors = samples.anchors();
        float[] pixels = HostArrays.of(images);
        float[] originals = HostArrays.of(source);
        int[] one = HostArrays.shape(images);
        int count = one[0];
        one[0] = 1;
        int row = pixels.length / count;
        double[] errors = new double[count];
        for (int first = 0; first < count; first += SHARDS) {
            int start = first;
            shards.run((tape, shard) -> {
                int n = start + shard;
                if (n < count) {
                    Node image = tape.constant(Arrays.copyOfRange(pixels, n * row, (n + 1) * row), one);
                    Node original = tape.constant(Arrays.copyOfRange(originals, n * row, (n + 1) * row), one);
                    double[] latent = samples.latents().get(n);
                    float[] at = new float[latent.length];
                    for (int i = 0; i < at.length; i++) {
                        at[i] = (float) latent[i];
                    }
                    List<Integer> anchor = anchors.isEmpty() ? List.of() : List.of(anchors.get(n));
                    Random random = new Random(seed * 1_000_003 + n);
                    Node loss = objective.loss(
                            tape,
                            new AdaptationBatch(
                                    tape.constant(at, 1, at.length), image, original, original, anchor, random));
                    errors[n] = loss.value()[0];
                }
                return 0;
            });
        }
        return errors;
    }

    double mean(AdaptationObjective objective, Judged samples, INDArray images) {
        return Arrays.stream(of(objective, samples, images)).average().orElseThrow();
    }

    @Override
    public void close() {
        shards.close();
    }
}
