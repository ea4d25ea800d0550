package io.github.rewrite4j.samediff.generator.diffusion;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.internal.CheckpointFamily;
import io.github.rewrite4j.samediff.generator.internal.MemoryNeeds;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Diffusion autoencoders: Lightning checkpoints of the authors' code, and files of this library, expanded ones too. */
public final class DiffusionFamily extends CheckpointFamily<TensorSource> {
    @Override
    public String name() {
        return "diffusion-autoencoder";
    }

    @Override
    public String description() {
        return "a diffusion autoencoder: a Lightning checkpoint with 'state_dict.ema_model.*' and 'hyper_parameters', or"
                + " safetensors of this library";
    }

    @Override
    protected Optional<TensorSource> find(TensorSource tensors, LoadOptions options) throws IOException {
        return Optional.of(tensors).filter(DiffusionFile::looksLikeOne);
    }

    @Override
    protected void check(TensorSource found) throws IOException {
        DiffusionFile.in(found).orElseThrow().requireComplete();
    }

    @Override
    protected GeneratorEstimate estimate(TensorSource found, LoadOptions options) throws IOException {
        DiffusionFile file = DiffusionFile.in(found).orElseThrow();
        file.requireComplete();
        DiffusionArchitecture sizes = file.architecture();
        long parameters = file.shapes().values().stream()
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
    protected Generator load(TensorSource found, TensorSource tensors, LoadOptions options) throws IOException {
        boolean expanded = tensors instanceof SafeTensors ours
                && ExpandedDiffusion.KIND.equals(ours.metadata().get("kind"));
        return expanded ? ExpandedDiffusion.read((SafeTensors) tensors) : DiffusionAutoencoder.read(tensors);
    }
}
