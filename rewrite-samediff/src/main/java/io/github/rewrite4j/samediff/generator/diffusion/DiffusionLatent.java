package io.github.rewrite4j.samediff.generator.diffusion;

import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.latent.LatentReader;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A diffusion autoencoder seen from z (Nitzan et al. 2023, section 4.6): pictures are drawn by all steps from the fixed x_T, on
 * one tape, so that gradients reach z and every weight of the U-Net. Its residual blocks read SiLU(z) by linear maps; their
 * weights, one below the other, say which directions are dormant. The encoder stays as it is.
 */
final class DiffusionLatent implements LatentNetwork {
    private final DiffusionCore core;
    private final InputSampler sampler;

    DiffusionLatent(DiffusionCore core, InputSampler sampler) {
        this.core = core;
        this.sampler = sampler;
    }

    @Override
    public GeneratorSpec spec() {
        return core.spec();
    }

    @Override
    public InputSampler sampler() {
        return sampler;
    }

    @Override
    public String latent() {
        return CloudSampler.Z;
    }

    @Override
    public double[] mean() {
        return core.weights().latents().mean();
    }

    @Override
    public INDArray latents(Inputs inputs) {
        float[] z = core.z(sampler.complete(inputs));
        return Nd4j.create(z, new long[] {z.length / mean().length, mean().length}, 'c');
    }

    @Override
    public int places() {
        return 1;
    }

    @Override
    public Inputs at(INDArray latents) {
        int d = mean().length;
        if (latents.rank() != 3 || latents.size(1) != 1 || latents.size(2) != d) {
            throw new IllegalArgumentException("The latents have the shape " + Arrays.toString(latents.shape())
                    + ", but expected was [N, 1, " + d + "].");
        }
        return sampler.complete(Inputs.of(
                CloudSampler.Z, latents.dup('c').reshape(latents.size(0), d).dup('c')));
    }

    @Override
    public INDArray placed(Inputs inputs) {
        Inputs all = sampler.complete(inputs);
        float[] z = core.expansion()
                .map(found -> ExpandedDiffusion.placed(core, found, all, false))
                .orElseGet(() -> core.z(all));
        return Nd4j.create(z, new long[] {z.length / mean().length, 1, mean().length}, 'c');
    }

    @Override
    public boolean readsLinearly() {
        return false;
    }

    @Override
    public List<LatentReader> readers() {
        return core.network().conditions().stream()
                .map(name -> {
                    Parameter weight =
                            DiffusionTraining.parameter(core.weights().parameters(), name + ".weight");
                    double[] values = new double[weight.value().length];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = weight.value()[i];
                    }
                    return new LatentReader(
                            name,
                            LatentReader.Kind.CONVOLUTION,
                            Matrix.of(weight.shape()[0], weight.shape()[1], values));
                })
                .toList();
    }

    @Override
    public List<Parameter> parameters() {
        return core.trained();
    }

    @Override
    public Node images(Tape tape, List<Node> latents, Function<String, Node> weights, @Nullable Node entered) {
        Node z = latents.get(0);
        return core.network().draw(tape, core.noise(tape, z.size(0)), core.steps(), z, weights);
    }

    @Override
    public Optional<LatentExpansion> expansion() {
        return core.expansion();
    }

    @Override
    public ExpandedGenerator expanded(Collection<Parameter> weights, LatentExpansion expansion) {
        DiffusionWeights changed = core.weights().with(weights);
        DiffusionCore made = new DiffusionCore(
                new DiffusionNetwork(changed.architecture()),
                changed,
                core.steps().steps(),
                Optional.of(expansion));
        return ExpandedDiffusion.of(made);
    }
}
