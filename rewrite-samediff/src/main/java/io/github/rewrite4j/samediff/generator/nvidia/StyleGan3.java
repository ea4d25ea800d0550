package io.github.rewrite4j.samediff.generator.nvidia;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.samediff.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Loads StyleGAN3 networks (Karras et al. 2021), configurations T and R, from the pickles of NVIDIA's stylegan3.
 *
 * <p>Inputs: {@code z} [N, latent], {@code truncation} [N, 1] and, where the network has classes, {@code label} [N, classes],
 * or latents w in their place, see {@link io.github.rewrite4j.samediff.generator.StyleLatents}. There is no noise. Keys are
 * taken after style modulation, values behind the filters that surround the rectifier; the outermost cells of their grids
 * lie outside of the picture ({@link io.github.rewrite4j.FeatureShape#margin}), so that no region selects them.
 */
public final class StyleGan3 {
    private static final GeneratorFamilies FAMILY = GeneratorFamilies.of(List.of(new NvidiaStyleGan3Family()));

    private StyleGan3() {}

    /**
     * Reads a pickle.
     *
     * @throws io.github.rewrite4j.io.FileFormatException when a weight or a setting is missing or does not fit the others
     * @throws io.github.rewrite4j.NoBackendException when ND4J has no backend
     */
    public static Generator load(Path pickle) throws IOException {
        Objects.requireNonNull(pickle, "pickle");
        Backend.require();
        return FAMILY.open(pickle, LoadOptions.none());
    }

    /**
     * What a pickle will need, from names, shapes and settings alone: no weight is read.
     *
     * @throws io.github.rewrite4j.io.FileFormatException when it could not be loaded
     */
    public static GeneratorEstimate estimate(Path pickle) throws IOException {
        Objects.requireNonNull(pickle, "pickle");
        return FAMILY.estimate(pickle);
    }
}
