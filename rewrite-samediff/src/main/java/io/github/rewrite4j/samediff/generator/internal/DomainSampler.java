package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.generator.StyleLatents;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Samples of another sampler, in the base or in one domain.
 *
 * @param latents draws all but what says where the latent goes
 * @param domains number of domains
 * @param dimension length of a latent
 * @param entered number of the domain that is sampled, none for the base
 */
public record DomainSampler(InputSampler latents, int domains, int dimension, Optional<Integer> entered)
        implements InputSampler {
    public DomainSampler {
        Objects.requireNonNull(latents, "latents");
        Objects.requireNonNull(entered, "entered");
    }

    @Override
    public void requireReachable(Sample sample) {
        latents.requireReachable(sample);
    }

    @Override
    public Inputs at(List<Sample> samples) {
        return complete(latents.at(samples));
    }

    @Override
    public Optional<Inputs> mean() {
        return latents.mean().map(this::complete);
    }

    /** Adds what inputs do not say yet; what its latents may leave out as well. */
    @Override
    public Inputs complete(Inputs inputs) {
        Objects.requireNonNull(inputs, "inputs");
        Inputs all = latents.complete(inputs);
        if (all.arrays().containsKey(StyleLatents.COMMON) || all.arrays().containsKey(StyleLatents.ROWS)) {
            // Such a latent is what layers read, after domains were entered.
            return all;
        }
        if (!all.arrays().containsKey(ExpandedGenerator.DOMAINS)) {
            INDArray amounts = Nd4j.zeros(DataType.FLOAT, inputs.size(), domains);
            entered.ifPresent(i -> amounts.getColumn(i).assign(1));
            all = all.with(ExpandedGenerator.DOMAINS, amounts);
        }
        if (!all.arrays().containsKey(ExpandedGenerator.OFFSET)) {
            all = all.with(ExpandedGenerator.OFFSET, Nd4j.zeros(DataType.FLOAT, inputs.size(), dimension));
        }
        return all;
    }

    @Override
    public int numbersPerSample() {
        return latents.numbersPerSample();
    }

    @Override
    public String id() {
        return latents.id() + "-" + entered.map(i -> "domain-" + i).orElse("base");
    }
}
