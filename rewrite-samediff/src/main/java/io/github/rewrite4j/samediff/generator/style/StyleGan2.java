package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.GeneratorFile;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.Backend;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Loads style-based generators (Karras et al. 2020) from safetensors, PyTorch or npz files: the front door of all installed
 * {@linkplain StyledFamily families} of them.
 *
 * <p>Layouts: that of the bundled avatar generator; that of github.com/rosinality/stylegan2-pytorch, in which many
 * public checkpoints are found: a bare state dict, a training checkpoint with {@code g_ema} and {@code latent_avg}, or
 * the {@code decoder} of an encoder (pSp, e4e); and that of NVIDIA's stylegan2-ada-pytorch and stylegan3, whose pickles
 * and state dicts are read, with classes and clamps.
 * Size, channels and depth follow from the weights.
 *
 * <p>Inputs: {@code z} [N, latent], standard Gaussian, and {@code truncation} [N, 1], psi in
 * w' = w_mean + psi (w - w_mean), 1 unless asked for otherwise; {@code label} [N, classes] where the network has classes,
 * mostly a single 1, drawn uniformly; and {@code offsets} [N, places, numbers of w], which are added to w' at each place that
 * reads it (convolutions in order, the conversion behind one a place further), none unless given; or latents w in place of
 * all these, see {@link io.github.rewrite4j.samediff.generator.StyleLatents}. Noise is fixed, that of the checkpoint or, where it has
 * none, {@link MissingNoise}. Keys are taken
 * after style modulation, values after the activation and before any up-sampling that follows.
 */
public final class StyleGan2 {
    private StyleGan2() {}

    /**
     * Reads a checkpoint, or a file that {@link io.github.rewrite4j.latent.ExpandedGenerator#save} wrote, which gives an
     * {@link io.github.rewrite4j.latent.ExpandedGenerator}.
     *
     * @param checkpoint safetensors, {@code .pt}, {@code .pth}, {@code .pkl} or npz file; the content counts, not the name
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
        Objects.requireNonNull(checkpoint, "checkpoint");
        Objects.requireNonNull(missingNoise, "missingNoise");
        Backend.require();
        return families().open(checkpoint, LoadOptions.none().with(MissingNoise.OPTION, missingNoise));
    }

    /**
     * As {@link #load(Path)}, a safetensors checkpoint from a stream such as a resource of a jar, which is read to its end
     * and not closed.
     *
     * @param label what error messages call the checkpoint
     */
    public static Generator load(InputStream checkpoint, String label) throws IOException {
        Objects.requireNonNull(checkpoint, "checkpoint");
        Objects.requireNonNull(label, "label");
        Backend.require();
        try (GeneratorFile file = GeneratorFile.of(SafeTensors.read(checkpoint, label))) {
            return families().open(file, LoadOptions.none());
        }
    }

    /**
     * What a checkpoint will need, from names and shapes alone: no weight is read.
     *
     * @throws FileFormatException when it could not be loaded
     */
    public static GeneratorEstimate estimate(Path checkpoint) throws IOException {
        Objects.requireNonNull(checkpoint, "checkpoint");
        return families().estimate(checkpoint);
    }

    /** The families of style-based generators among those that are installed. */
    private static GeneratorFamilies families() {
        return GeneratorFamilies.of(GeneratorFamilies.installed().all().stream()
                .filter(StyledFamily.class::isInstance)
                .toList());
    }

    /**
     * The same generator, drawing truncated samples: less variety, safer images. Weights are shared.
     *
     * @throws RewriteException if the generator takes no truncation
     */
    public static Generator truncated(Generator generator, double psi) {
        return generator.withSampler(sampler(generator).truncated(psi));
    }

    /**
     * The same generator, drawing samples of one class. Weights are shared; latents are those of the samples of all classes.
     *
     * @param number from 0
     * @throws IllegalArgumentException if the generator has no such class
     */
    public static Generator ofClass(Generator generator, int number) {
        return generator.withSampler(sampler(generator).ofClass(number));
    }

    private static LatentSampler sampler(Generator generator) {
        if (generator.sampler() instanceof LatentSampler known) {
            return known;
        }
        Inputs probe = generator.sample(1, 1);
        if (!probe.arrays().keySet().containsAll(List.of(LatentSampler.LATENT, LatentSampler.TRUNCATION))) {
            throw new RewriteException(
                    "Truncation and classes are of style-based generators, whose inputs are 'z' and 'truncation', but"
                            + " this generator takes " + probe.arrays().keySet() + ".");
        }
        int latent = Math.toIntExact(probe.get(LatentSampler.LATENT).size(1));
        int classes = probe.arrays().containsKey(LatentSampler.LABEL)
                ? Math.toIntExact(probe.get(LatentSampler.LABEL).size(1))
                : 0;
        return new LatentSampler(latent, 1, Optional.empty(), classes, OptionalInt.empty());
    }
}
