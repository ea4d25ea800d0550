package io.github.rewrite4j.samediff.generator.nvidia;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.LoadOption;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.internal.CheckpointFamily;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** StyleGAN3 of NVIDIA's stylegan3, configurations T and R: pickles. */
public final class NvidiaStyleGan3Family extends CheckpointFamily<NvidiaStyleGan3> {
    /** {@code placement}: where the picture lies. */
    public static final LoadOption<String> PLACEMENT = LoadOption.text(
            "placement",
            "X,Y[,DEGREES]",
            "Moves the picture to the right and downwards by these shares of its width and height, and turns it against the clock;"
                    + " otherwise as the file says.");

    @Override
    public String name() {
        return "nvidia-stylegan3";
    }

    @Override
    public String description() {
        return "StyleGAN3 of NVIDIA's stylegan3, a pickle with tensors 'synthesis.input.freqs', 'mapping.fc0.weight' and so on"
                + " under 'G_ema'";
    }

    @Override
    protected Optional<NvidiaStyleGan3> find(TensorSource tensors, LoadOptions options) throws IOException {
        return NvidiaStyleGan3.in(tensors);
    }

    @Override
    public List<LoadOption<?>> options() {
        return List.of(PLACEMENT);
    }

    @Override
    protected void check(NvidiaStyleGan3 found) throws IOException {
        found.check();
    }

    @Override
    protected GeneratorEstimate estimate(NvidiaStyleGan3 found, LoadOptions options) throws IOException {
        return found.estimate();
    }

    @Override
    protected Generator load(NvidiaStyleGan3 found, TensorSource tensors, LoadOptions options) throws IOException {
        return found.generator(options.get(PLACEMENT).map(Placement::parse));
    }
}
