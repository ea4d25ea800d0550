package io.github.rewrite4j.samediff.generator.rosinality;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.internal.CheckpointFamily;
import io.github.rewrite4j.samediff.generator.style.MissingNoise;
import io.github.rewrite4j.samediff.generator.style.StyledFamily;
import java.io.IOException;
import java.util.Optional;

/**
 * StyleGAN2 checkpoints in the layout of github.com/rosinality/stylegan2-pytorch: a bare state dict, a training checkpoint
 * with {@code g_ema} and {@code latent_avg}, or the {@code decoder} of an encoder (pSp, e4e).
 */
public final class RosinalityFamily extends CheckpointFamily<RosinalityCheckpoint> implements StyledFamily {
    @Override
    public String name() {
        return "rosinality";
    }

    @Override
    public String description() {
        return "StyleGAN2 of github.com/rosinality/stylegan2-pytorch, with tensors 'conv1.conv.weight', 'input.input' and"
                + " so on, bare, under 'g_ema', or as the decoder of an encoder (pSp, e4e)";
    }

    @Override
    protected Optional<RosinalityCheckpoint> find(TensorSource tensors, LoadOptions options) throws IOException {
        return RosinalityCheckpoint.in(tensors, options.get(MissingNoise.OPTION).orElse(MissingNoise.usual()));
    }

    @Override
    protected void check(RosinalityCheckpoint found) throws IOException {
        found.requireComplete();
    }

    @Override
    protected GeneratorEstimate estimate(RosinalityCheckpoint found, LoadOptions options) throws IOException {
        return found.estimate();
    }

    @Override
    protected Generator load(RosinalityCheckpoint found, TensorSource tensors, LoadOptions options) throws IOException {
        return found.read().generator();
    }
}
