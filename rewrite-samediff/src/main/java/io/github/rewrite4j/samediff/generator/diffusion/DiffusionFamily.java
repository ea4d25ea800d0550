package io.github.rewrite4j.samediff.generator.diffusion;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.family.GeneratorFile;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.family.Recognition;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.generator.internal.MemoryNeeds;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Diffusion autoencoders: Lightning checkpoints of the authors' code, and files of this library, expanded ones too. */
public final class DiffusionFamily implements GeneratorFamily {
    @Override
    public String name() {
        return "diffusion-autoencoder";
    }

    @Override
    public String description() {
        return "a diffusion autoencoder: a Lightning checkpoint with 'state_dict.ema_model.*' and 'hyper_parameters', or"
                + " safetensors of this library";
    }

    private static Optional<TensorSource> in(GeneratorFile file) throws IOException {
        return file.tensors().filter(DiffusionFile::looksLikeOne);
    }

    @Override
    public Recognition recognise(GeneratorFile file) throws IOException {
        Optional<TensorSource> found = in(file);
        if (found.isEmpty()) {
            return Recognition.no();
        }
        try {
            DiffusionFile.in(found.get()).orElseThrow().requireComplete();
            return Recognition.yes();
        } catch (FileFormatException inPart) {
            return Recognition.nearly(inPart.problem());
        }
    }

    @Override
    public GeneratorEstimate estimate(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        DiffusionFile found =
                DiffusionFile.in(in(file).orElseThrow(() -> other(file))).orElseThrow();
        found.requireComplete();
        DiffusionArchitecture sizes = found.architecture();
        long parameters = found.shapes().values().stream()
                .mapToLong(shape -> Arrays.stream(shape).reduce(1, Math::multiplyExact))
                .sum();
        long side = sizes.imageSize();
        long largest = 2L * sizes.channels() * sizes.multipliers().get(0) * side * side;
        MemoryNeeds needs = new MemoryNeeds(parameters, largest);
        return new GeneratorEstimate(
                sizes.toString(),
                List.of(
                        CloudSampler.Z + " [N, " + sizes.style() + "]",
                        CloudSampler.NOISE + " [N, 3, " + side + ", " + side + "], which may be left out"),
                sizes.imageSize(),
                sizes.imageSize(),
                0,
                parameters,
                needs.loadingBytes(),
                needs.generatingBytes(),
                List.of("each picture takes " + DiffusionAutoencoder.STEPS + " passes of the network"));
    }

    @Override
    public Generator load(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        Backend.require();
        TensorSource tensors = in(file).orElseThrow(() -> other(file));
        boolean expanded = tensors instanceof SafeTensors ours
                && ExpandedDiffusion.KIND.equals(ours.metadata().get("kind"));
        return expanded ? ExpandedDiffusion.read((SafeTensors) tensors) : DiffusionAutoencoder.read(tensors);
    }

    private FileFormatException other(GeneratorFile file) {
        return new FileFormatException(file.label(), "tensor names", "expected is " + description() + ".");
    }
}
