package io.github.rewrite4j.samediff.generator;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.latent.LatentSamples;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Draws standard Gaussian latents z with a truncation: w' = w_mean + psi (w - w_mean).
 *
 * @param dimension length of z
 * @param truncation psi; 1 draws from the whole distribution, 0 gives the mean image
 */
record LatentSampler(int dimension, double truncation) implements InputSampler {
    static final String LATENT = "z";
    static final String TRUNCATION = "truncation";

    LatentSampler {
        if (!(truncation >= 0 && truncation <= 2)) {
            throw new IllegalArgumentException(
                    "The truncation lies between 0 (mean image) and 2, usually at 0.5 to 1, but was " + truncation
                            + ".");
        }
    }

    @Override
    public Inputs at(List<Sample> samples) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("Name at least one sample.");
        }
        Map<Long, List<Integer>> placesBySeed = new LinkedHashMap<>();
        for (int i = 0; i < samples.size(); i++) {
            placesBySeed
                    .computeIfAbsent(samples.get(i).seed(), s -> new ArrayList<>())
                    .add(i);
        }
        float[][] rows = new float[samples.size()][];
        placesBySeed.forEach((seed, places) -> {
            int[] indices =
                    places.stream().mapToInt(i -> samples.get(i).index()).toArray();
            float[][] drawn = LatentSamples.rowsAt(dimension, seed, indices);
            for (int i = 0; i < indices.length; i++) {
                rows[places.get(i)] = drawn[i];
            }
        });
        INDArray psi = Nd4j.valueArrayOf(new long[] {samples.size(), 1}, truncation, DataType.FLOAT);
        return Inputs.of(Map.of(LATENT, Nd4j.create(rows), TRUNCATION, psi));
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
