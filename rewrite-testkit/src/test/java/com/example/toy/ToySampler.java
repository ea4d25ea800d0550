package com.example.toy;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.nd4j.linalg.factory.Nd4j;

/** Latents of Java's own generator, one stream for each sample. */
final class ToySampler implements InputSampler {
    @Override
    public Inputs at(List<Sample> samples) {
        Objects.requireNonNull(samples, "samples");
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("Name at least one sample.");
        }
        float[] numbers = new float[samples.size() * ToyNetwork.LATENT];
        for (int n = 0; n < samples.size(); n++) {
            Sample sample = samples.get(n);
            Random random = new Random(sample.seed() * 1_000_003 + sample.index());
            for (int i = 0; i < ToyNetwork.LATENT; i++) {
                numbers[n * ToyNetwork.LATENT + i] = (float) random.nextGaussian();
            }
        }
        return Inputs.of("z", Nd4j.createFromArray(numbers).reshape('c', samples.size(), ToyNetwork.LATENT));
    }

    @Override
    public String id() {
        return "toy-gaussian-4";
    }
}
