package io.github.rewrite4j.samediff.generator;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.Backend;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Loads style-based generators (Karras et al. 2020).
 *
 * <p>Inputs: {@code z} [N, latent], standard Gaussian, and {@code truncation} [N, 1], psi in
 * w' = w_mean + psi (w - w_mean), 1 unless asked for otherwise. Keys are taken after style modulation, values after the
 * activation and before any up-sampling that follows.
 */
public final class StyleGan2 {
    private StyleGan2() {}

    /**
     * Reads a checkpoint. Size, channels and depth follow from the weights.
     *
     * @param checkpoint safetensors file in the layout of the bundled avatar generator
     * @throws FileFormatException when a weight is missing, misshapen or not finite, or the layout is not known
     * @throws io.github.rewrite4j.NoBackendException when ND4J has no backend
     */
    public static Generator load(Path checkpoint) throws IOException {
        Backend.require();
        try (SafeTensors tensors = SafeTensors.open(checkpoint)) {
            return load(tensors, checkpoint.toString());
        }
    }

    /**
     * As {@link #load(Path)}, from a stream such as a resource of a jar, which is read to its end and not closed.
     *
     * @param label what error messages call the checkpoint
     */
    public static Generator load(InputStream checkpoint, String label) throws IOException {
        Backend.require();
        try (SafeTensors tensors = SafeTensors.read(checkpoint, label)) {
            return load(tensors, label);
        }
    }

    private static Generator load(SafeTensors tensors, String label) throws IOException {
        CheckpointReader reader = new CheckpointReader(label, tensors);
        if (AvatarCheckpoint.matches(reader)) {
            return AvatarCheckpoint.read(reader).generator();
        }
        throw new FileFormatException(
                label,
                "tensor names",
                "the layout of this checkpoint is not known: expected 'mapping.0.weight', 'const' and 'layer0.conv.weight', but found "
                        + tensors.names().stream().limit(5).toList());
    }

    /** The same generator, drawing truncated samples: less variety, safer images. Weights are shared. */
    public static Generator truncated(Generator generator, double psi) {
        Inputs probe = generator.sample(1, 1);
        int latent = Math.toIntExact(probe.get(LatentSampler.LATENT).size(1));
        return generator.withSampler(new LatentSampler(latent, psi));
    }
}
