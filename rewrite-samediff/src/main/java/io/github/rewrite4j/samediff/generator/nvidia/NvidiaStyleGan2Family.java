package io.github.rewrite4j.samediff.generator.nvidia;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.GeneratorFile;
import io.github.rewrite4j.family.LoadOption;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.family.Recognition;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.generator.style.MissingNoise;
import io.github.rewrite4j.samediff.generator.style.StyledFamily;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** StyleGAN2 of NVIDIA's stylegan2-ada-pytorch and stylegan3: pickles, and state dicts of the same names. */
public final class NvidiaStyleGan2Family implements StyledFamily {
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

    private static Optional<NvidiaStyleGan2> in(GeneratorFile file) throws IOException {
        Optional<TensorSource> tensors = file.tensors();
        return tensors.isPresent() ? NvidiaStyleGan2.in(tensors.get()) : Optional.empty();
    }

    @Override
    public List<LoadOption<?>> options() {
        return List.of(MissingNoise.OPTION, NOISELESS);
    }

    @Override
    public Recognition recognise(GeneratorFile file) throws IOException {
        Optional<NvidiaStyleGan2> found = in(file);
        if (found.isEmpty()) {
            return Recognition.no();
        }
        try {
            found.get().check();
            return Recognition.yes();
        } catch (FileFormatException inPart) {
            return Recognition.nearly(inPart.problem());
        }
    }

    @Override
    public GeneratorEstimate estimate(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        return in(file).orElseThrow(() -> other(file)).estimate();
    }

    @Override
    public Generator load(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        Backend.require();
        return in(file).orElseThrow(() -> other(file))
                .generator(options.get(NOISELESS).orElse(false));
    }

    private FileFormatException other(GeneratorFile file) {
        return new FileFormatException(file.label(), "tensor names", "expected is " + description() + ".");
    }
}
