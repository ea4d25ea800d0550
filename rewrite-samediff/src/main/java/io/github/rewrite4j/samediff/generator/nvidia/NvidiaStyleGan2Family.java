package io.github.rewrite4j.samediff.generator.nvidia;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.LoadOption;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.internal.CheckpointFamily;
import io.github.rewrite4j.samediff.generator.style.MissingNoise;
import io.github.rewrite4j.samediff.generator.style.StyledFamily;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** StyleGAN2 of NVIDIA's stylegan2-ada-pytorch and stylegan3: pickles, and state dicts of the same names. */
public final class NvidiaStyleGan2Family extends CheckpointFamily<NvidiaStyleGan2> implements StyledFamily {
    /** {@code noiseless}: nothing is added to maps, as with {@code noise_mode='none'}; otherwise the maps in the file are. */
    public static final LoadOption<Boolean> NOISELESS = LoadOption.flag(
            "noiseless",
            "Draws without noise, as noise_mode='none' does; otherwise with the noise in the file ('const').");

    @Override
    public String name() {
        return "nvidia-stylegan2";
    }

    @Override
    public String description() {
        return "StyleGAN2 of NVIDIA's stylegan2-ada-pytorch or stylegan3, a pickle or a state dict with tensors"
                + " 'synthesis.b4.const', 'mapping.fc0.weight' and so on, bare or under 'G_ema'";
    }

    @Override
    protected Optional<NvidiaStyleGan2> find(TensorSource tensors, LoadOptions options) throws IOException {
        return NvidiaStyleGan2.in(tensors);
    }

    @Override
    public List<LoadOption<?>> options() {
        return List.of(MissingNoise.OPTION, NOISELESS);
    }

    @Override
    protected void check(NvidiaStyleGan2 found) throws IOException {
        found.check();
    }

    @Override
    protected GeneratorEstimate estimate(NvidiaStyleGan2 found, LoadOptions options) throws IOException {
        return found.estimate();
    }

    @Override
    protected Generator load(NvidiaStyleGan2 found, TensorSource tensors, LoadOptions options) throws IOException {
        return found.generator(options.get(NOISELESS).orElse(false));
    }
}
