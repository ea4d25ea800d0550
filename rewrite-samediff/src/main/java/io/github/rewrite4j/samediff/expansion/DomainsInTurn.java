package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.latent.ExpandedGenerator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Samples of the base and of every domain in turn: sample i of a seed lies in the base where i is a multiple of the number of
 * domains and one, in the first domain where that leaves 1, and so on. An edit that is shown on such samples, with such
 * contexts and keys to keep, is learnt for all domains.
 *
 * <pre>{@code
 * Generator everywhere = expanded.withSampler(DomainsInTurn.of(expanded));
 * Patch moustache = plan.rewrite(everywhere.memory("layer5"), edit).patch();
 * }</pre>
 */
public final class DomainsInTurn implements InputSampler {
    private final InputSampler latents;
    private final int domains;

    private DomainsInTurn(InputSampler latents, int domains) {
        this.latents = latents;
        this.domains = domains;
    }

    /** The sampler of an expanded generator; its own draws all other inputs. */
    public static DomainsInTurn of(ExpandedGenerator generator) {
        Objects.requireNonNull(generator, "generator");
        return new DomainsInTurn(generator.sampler(), generator.domains().size());
    }

    @Override
    public void requireReachable(Sample sample) {
        Objects.requireNonNull(sample, "sample");
        latents.requireReachable(sample);
    }

    @Override
    public Inputs at(List<Sample> samples) {
        Objects.requireNonNull(samples, "samples");
        TreeMap<String, INDArray> inputs = new TreeMap<>(latents.at(samples).arrays());
        INDArray entered = Nd4j.zeros(DataType.FLOAT, samples.size(), domains);
        for (int n = 0; n < samples.size(); n++) {
            int turn = samples.get(n).index() % (domains + 1);
            if (turn > 0) {
                entered.putScalar(n, turn - 1, 1);
            }
        }
        inputs.put(ExpandedGenerator.DOMAINS, entered);
        return Inputs.of(inputs);
    }

    @Override
    public Inputs complete(Inputs inputs) {
        Objects.requireNonNull(inputs, "inputs");
        return latents.complete(inputs);
    }

    @Override
    public int numbersPerSample() {
        return latents.numbersPerSample();
    }

    @Override
    public String id() {
        return latents.id() + "-" + domains + "-domains-in-turn";
    }
}
