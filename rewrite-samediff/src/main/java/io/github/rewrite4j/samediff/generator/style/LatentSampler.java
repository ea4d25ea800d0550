package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.latent.LatentSamples;
import io.github.rewrite4j.samediff.generator.GaussianSampler;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The latents z of a {@link GaussianSampler} with a truncation: w' = w_mean + psi (w - w_mean).
 *
 * @param dimension length of z
 * @param truncation psi; 1 draws from the whole distribution, 0 gives the mean image
 * @param places number of places that read the latent, each with an offset of its own; 0 where there are no offsets
 */
public record LatentSampler(int dimension, double truncation, int places) implements InputSampler {
    public static final String LATENT = "z";
    public static final String TRUNCATION = "truncation";

    /** What is added to the latent of each place that reads it [N, places, d]; nothing where it is left out. */
    public static final String OFFSETS = "offsets";

    public LatentSampler {
        if (!(truncation >= 0 && truncation <= 2)) {
            throw new IllegalArgumentException(
                    "The truncation lies between 0 (mean image) and 2, usually at 0.5 to 1, but was " + truncation
                            + ".");
        }
    }

    @Override
    public void requireReachable(Sample sample) {
        LatentSamples.requireReachable(dimension, sample.index());
    }

    @Override
    public Inputs at(List<Sample> samples) {
        INDArray z = GaussianSampler.of(LATENT, dimension).at(samples).get(LATENT);
        return Inputs.of(Map.of(LATENT, z, TRUNCATION, psi(samples.size())));
    }

    private INDArray psi(int samples) {
        return Nd4j.valueArrayOf(new long[] {samples, 1}, truncation, DataType.FLOAT);
    }

    static INDArray offsets(int samples, int places, int dimension) {
        return Nd4j.zeros(DataType.FLOAT, samples, places, dimension);
    }

    /** Inputs without a truncation have that of the samples, and those without offsets none. */
    @Override
    public Inputs complete(Inputs inputs) {
        Inputs all = inputs.arrays().containsKey(TRUNCATION) ? inputs : inputs.with(TRUNCATION, psi(inputs.size()));
        return places == 0 || all.arrays().containsKey(OFFSETS)
                ? all
                : all.with(OFFSETS, offsets(inputs.size(), places, dimension));
    }

    @Override
    public Optional<Inputs> mean() {
        return Optional.of(Inputs.of(Map.of(
                LATENT, Nd4j.zeros(DataType.FLOAT, 1, dimension), TRUNCATION, Nd4j.zeros(DataType.FLOAT, 1, 1))));
    }

    @Override
    public String id() {
        return "numpy-gaussian-" + dimension + "-truncation-" + truncation;
    }
}
