package io.github.rewrite4j.samediff.generator.rosinality;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.GeneratorFile;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.family.Recognition;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.generator.style.MissingNoise;
import io.github.rewrite4j.samediff.generator.style.StyledFamily;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/**
 * StyleGAN2 checkpoints in the layout of github.com/rosinality/stylegan2-pytorch: a bare state dict, a training checkpoint
 * with {@code g_ema} and {@code latent_avg}, or the {@code decoder} of an encoder (pSp, e4e).
 */
public final class RosinalityFamily implements StyledFamily {
    @Override
    public String name() {
        return "rosinality";
    }

    @Override
    public String description() {
        return "StyleGAN2 of github.com/rosinality/stylegan2-pytorch, with tensors 'conv1.conv.weight', 'input.input' and"
                + " so on, bare, under 'g_ema', or as the decoder of an encoder (pSp, e4e)";
    }

    private static Optional<RosinalityCheckpoint> in(GeneratorFile file, LoadOptions options) throws IOException {
        Optional<TensorSource> tensors = file.tensors();
        return tensors.isPresent()
                ? RosinalityCheckpoint.in(
                        tensors.get(), options.get(MissingNoise.OPTION).orElse(MissingNoise.usual()))
                : Optional.empty();
    }

    @Override
    public Recognition recognise(GeneratorFile file) throws IOException {
        Optional<RosinalityCheckpoint> found = in(file, LoadOptions.none());
        if (found.isPresent()) {
            try {
                found.get().requireComplete();
                return Recognition.yes();
            } catch (FileFormatException inPart) {
                return Recognition.nearly(inPart.problem());
            }
        }
        return Recognition.no();
    }

    @Override
    public GeneratorEstimate estimate(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        return in(file, options).orElseThrow(() -> other(file)).estimate();
    }

    @Override
    public Generator load(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        Backend.require();
        return in(file, options).orElseThrow(() -> other(file)).read().generator();
    }

    private FileFormatException other(GeneratorFile file) {
        return new FileFormatException(file.label(), "tensor names", "expected is " + description() + ".");
    }
}
