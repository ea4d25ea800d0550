package io.github.rewrite4j.samediff.generator.nvidia;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.family.GeneratorFile;
import io.github.rewrite4j.family.LoadOption;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.family.Recognition;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.Backend;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** StyleGAN3 of NVIDIA's stylegan3, configurations T and R: pickles. */
public final class NvidiaStyleGan3Family implements GeneratorFamily {
    /** {@code placement}: where the picture lies. */
    public static final LoadOption<String> PLACEMENT = LoadOption.text(
            "placement",
            "X,Y[,DEGREES]",
            "Moves the picture by these shares of its width and height and turns it; otherwise as the file says.");

    @Override
    public String name() {
        return "nvidia-stylegan3";
    }

    @Override
    public String description() {
        return "StyleGAN3 of NVIDIA's stylegan3, a pickle with tensors 'synthesis.input.freqs', 'mapping.fc0.weight' and so on"
                + " under 'G_ema'";
    }

    private static Optional<NvidiaStyleGan3> in(GeneratorFile file) throws IOException {
        Optional<TensorSource> tensors = file.tensors();
        return tensors.isPresent() ? NvidiaStyleGan3.in(tensors.get()) : Optional.empty();
    }

    @Override
    public List<LoadOption<?>> options() {
        return List.of(PLACEMENT);
    }

    @Override
    public Recognition recognise(GeneratorFile file) throws IOException {
        Optional<NvidiaStyleGan3> found = in(file);
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
                .generator(options.get(PLACEMENT).map(Placement::parse));
    }

    private FileFormatException other(GeneratorFile file) {
        return new FileFormatException(file.label(), "tensor names", "expected is " + description() + ".");
    }
}
