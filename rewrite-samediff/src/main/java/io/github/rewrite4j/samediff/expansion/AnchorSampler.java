package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Samples among anchors, where a {@linkplain FewShotReconstruction few-shot domain} was trained (MyStyle, Nitzan et al.
 * 2022): each latent is a mix of three anchors by three uniform weights, divided by their sum; of all anchors where there
 * are fewer.
 *
 * <pre>{@code
 * ExpandedGenerator me = expanded.withSampler(AnchorSampler.of(expanded, anchors)).in("me");
 * INDArray pictures = me.generate(me.sample(16, 7));
 * }</pre>
 *
 * <p>A sample depends on its seed and number only. Use it while the generator is open.
 */
public final class AnchorSampler implements InputSampler {
    private static final int MIXED = 3;
    private static final long STRIDE = 1_000_003;

    private final LatentNetwork network;
    private final InputSampler latents;
    private final float[] anchors;

    private AnchorSampler(LatentNetwork network, InputSampler latents, float[] anchors) {
        this.network = network;
        this.latents = latents;
        this.anchors = anchors;
    }

    /**
     * The sampler of some anchors.
     *
     * @param generator whose latents the anchors are; its own sampler draws all other inputs
     * @param anchors [k, d]
     */
    public static AnchorSampler of(ExpandedGenerator generator, INDArray anchors) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(anchors, "anchors");
        LatentNetwork network = LatentNetwork.of(generator);
        int d = network.mean().length;
        if (anchors.isEmpty() || anchors.rank() != 2 || anchors.size(1) != d) {
            throw new IllegalArgumentException("The anchors have the shape " + Arrays.toString(anchors.shape())
                    + ", but expected was [k, " + d + "] with k from 1.");
        }
        float[] rows = EmbeddedPictures.requireFinite("anchors", HostArrays.of(anchors));
        return new AnchorSampler(network, generator.sampler(), rows);
    }

    /** The mixes of anchors that samples are: a new float32 array [samples, d]. */
    public INDArray latents(List<Sample> samples) {
        Objects.requireNonNull(samples, "samples");
        int d = network.mean().length;
        float[] mixed = new float[samples.size() * d];
        for (int n = 0; n < samples.size(); n++) {
            mix(samples.get(n), mixed, n * d, d);
        }
        return Nd4j.create(mixed, new long[] {samples.size(), d}, 'c');
    }

    private void mix(Sample sample, float[] to, int start, int d) {
        SplittableRandom random = new SplittableRandom(sample.seed() * STRIDE + sample.index());
        int count = anchors.length / d;
        int chosen = Math.min(MIXED, count);
        int[] order = new int[count];
        Arrays.setAll(order, i -> i);
        double[] weights = new double[chosen];
        double sum = 0;
        for (int i = 0; i < chosen; i++) {
            int other = i + random.nextInt(count - i);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
            weights[i] = 1 - random.nextDouble();
            sum += weights[i];
        }
        for (int i = 0; i < chosen; i++) {
            for (int j = 0; j < d; j++) {
                to[start + j] += (float) (weights[i] / sum * anchors[order[i] * d + j]);
            }
        }
    }

    /** The inputs of the generator, moved to where the mixes are. */
    @Override
    public Inputs at(List<Sample> samples) {
        Objects.requireNonNull(samples, "samples");
        Inputs drawn = latents.at(samples);
        TreeMap<String, INDArray> inputs = new TreeMap<>(drawn.arrays());
        try (INDArray own = network.latents(drawn)) {
            inputs.put(ExpandedGenerator.OFFSET, latents(samples).subi(own));
        }
        // Which domain is entered says the generator that samples.
        inputs.remove(ExpandedGenerator.DOMAINS);
        return Inputs.of(inputs);
    }

    @Override
    public String id() {
        return latents.id() + "-anchors-" + Integer.toHexString(Arrays.hashCode(anchors));
    }
}
