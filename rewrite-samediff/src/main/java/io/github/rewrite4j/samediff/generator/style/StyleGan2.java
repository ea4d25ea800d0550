package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.ForeignPickleException;
import io.github.rewrite4j.io.NearestNames;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.generator.CheckpointEstimate;
import io.github.rewrite4j.samediff.generator.CheckpointReader;
import io.github.rewrite4j.samediff.generator.avatar.AvatarCheckpoint;
import io.github.rewrite4j.samediff.generator.rosinality.RosinalityCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Loads style-based generators (Karras et al. 2020) from safetensors, PyTorch or npz files.
 *
 * <p>Layouts: that of the bundled avatar generator, and that of github.com/rosinality/stylegan2-pytorch, in which most
 * public checkpoints are found: a bare state dict, a training checkpoint with {@code g_ema} and {@code latent_avg}, or
 * the {@code decoder} of an encoder (pSp, e4e).
 * Size, channels and depth follow from the weights.
 *
 * <p>Inputs: {@code z} [N, latent], standard Gaussian, and {@code truncation} [N, 1], psi in
 * w' = w_mean + psi (w - w_mean), 1 unless asked for otherwise. Noise is fixed, that of the checkpoint or, where it has
 * none, {@link MissingNoise}. Keys are taken
 * after style modulation, values after the activation and before any up-sampling that follows.
 */
public final class StyleGan2 {
    private static final Pattern NVIDIA =
            Pattern.compile("(.*\\.)?(synthesis\\.b\\d+\\..*|mapping\\.fc\\d+\\.weight|G_synthesis/.*)");

    private StyleGan2() {}

    /**
     * Reads a checkpoint, or a file that {@link io.github.rewrite4j.latent.ExpandedGenerator#save} wrote, which gives an
     * {@link io.github.rewrite4j.latent.ExpandedGenerator}.
     *
     * @param checkpoint safetensors, {@code .pt}, {@code .pth} or npz file; the content counts, not the name
     * @throws FileFormatException when a weight is missing, misshapen or not finite, or the layout is not known
     * @throws io.github.rewrite4j.NoBackendException when ND4J has no backend
     */
    public static Generator load(Path checkpoint) throws IOException {
        return load(checkpoint, MissingNoise.usual());
    }

    /**
     * As {@link #load(Path)}, with a choice of the noise that a checkpoint without noise maps is given.
     *
     * @param missingNoise without effect where the checkpoint has noise maps, or no noise
     */
    public static Generator load(Path checkpoint, MissingNoise missingNoise) throws IOException {
        Backend.require();
        try (TensorSource tensors = open(checkpoint)) {
            return generator(tensors, missingNoise);
        }
    }

    /**
     * As {@link #load(Path)}, a safetensors checkpoint from a stream such as a resource of a jar, which is read to its end
     * and not closed.
     *
     * @param label what error messages call the checkpoint
     */
    public static Generator load(InputStream checkpoint, String label) throws IOException {
        Backend.require();
        try (TensorSource tensors = SafeTensors.read(checkpoint, label)) {
            return generator(tensors, MissingNoise.usual());
        }
    }

    private static Generator generator(TensorSource tensors, MissingNoise missingNoise) throws IOException {
        return tensors instanceof SafeTensors file && ExpandedFile.isOne(file)
                ? ExpandedStyleGan2.of(file)
                : layout(tensors, missingNoise).generator();
    }

    /**
     * What a checkpoint will need, from names and shapes alone: no weight is read.
     *
     * @throws FileFormatException when it could not be loaded
     */
    public static CheckpointEstimate estimate(Path checkpoint) throws IOException {
        try (TensorSource tensors = open(checkpoint)) {
            return layout(tensors, MissingNoise.usual()).estimate();
        }
    }

    private static TensorSource open(Path checkpoint) throws IOException {
        try {
            return TensorSource.open(checkpoint);
        } catch (ForeignPickleException foreign) {
            boolean nvidia = foreign.classes().stream()
                    .anyMatch(name -> name.startsWith("torch_utils.persistence") || name.startsWith("dnnlib."));
            if (!nvidia) {
                throw foreign;
            }
            FileFormatException refused = nvidia(checkpoint.toString());
            refused.initCause(foreign);
            throw refused;
        }
    }

    /**
     * What an open file will need, if it is a checkpoint of a layout that is known here.
     *
     * @throws FileFormatException when the layout is known but the file fits it only in part
     */
    public static Optional<CheckpointEstimate> recognise(TensorSource tensors) throws IOException {
        Optional<StyleGan2Layout> known = known(tensors, MissingNoise.usual());
        return known.isPresent() ? Optional.of(known.get().estimate()) : Optional.empty();
    }

    private static Optional<StyleGan2Layout> known(TensorSource tensors, MissingNoise missingNoise) throws IOException {
        Optional<StyleGan2Layout> avatar = AvatarCheckpoint.in(new CheckpointReader(tensors));
        return avatar.isPresent() ? avatar : RosinalityCheckpoint.in(tensors, missingNoise);
    }

    private static StyleGan2Layout layout(TensorSource tensors, MissingNoise missingNoise) throws IOException {
        Optional<StyleGan2Layout> known = known(tensors, missingNoise);
        if (known.isPresent()) {
            return known.get();
        }
        if (tensors.names().stream().anyMatch(name -> NVIDIA.matcher(name).matches())) {
            throw nvidia(tensors.label());
        }
        if (tensors.names().isEmpty() && !tensors.leftOut().isEmpty()) {
            throw new FileFormatException(
                    tensors.label(),
                    "contents",
                    "the file holds no tensors but "
                            + tensors.leftOut().values().stream()
                                    .distinct()
                                    .limit(3)
                                    .toList()
                            + ". Save the weights alone, with torch.save(model.state_dict(), file) or as safetensors.");
        }
        throw new FileFormatException(
                tensors.label(),
                "tensor names",
                "the layout of this checkpoint is not known. Expected 'conv1.conv.weight', 'input.input' and so on,"
                        + " bare or under 'g_ema' (rosinality's StyleGAN2), or 'mapping.0.weight', 'const' and"
                        + " 'layer0.conv.weight' (the avatar generator). "
                        + NearestNames.hint("conv1.conv.weight", tensors.names()));
    }

    private static FileFormatException nvidia(String file) {
        return new FileFormatException(
                file,
                "tensor names",
                "this is a checkpoint of NVIDIA's own StyleGAN2 code. Convert it first: for TensorFlow pickles with"
                        + " convert_weight.py of github.com/rosinality/stylegan2-pytorch, for stylegan2-ada-pytorch with"
                        + " export_weights.py of github.com/dvschultz/stylegan2-ada-pytorch; then load the .pt file that"
                        + " it writes.");
    }

    /** The same generator, drawing truncated samples: less variety, safer images. Weights are shared. */
    public static Generator truncated(Generator generator, double psi) {
        Inputs probe = generator.sample(1, 1);
        int latent = Math.toIntExact(probe.get(LatentSampler.LATENT).size(1));
        return generator.withSampler(new LatentSampler(latent, psi));
    }
}
