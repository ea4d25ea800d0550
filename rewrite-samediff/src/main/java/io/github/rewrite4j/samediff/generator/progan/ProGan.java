package io.github.rewrite4j.samediff.generator.progan;

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
 * Loads Progressive GANs (Karras et al. 2018) from the state dicts of the original model zoo ({@code proggan_*.pth}), with new
 * names ({@code layer1.conv.weight}) or older ones ({@code features.0.conv.weight}).
 *
 * <p>Input: {@code z} [N, latent], standard Gaussian. Keys are what a convolution reads, after normalisation and doubling;
 * values are what it makes, before scale, bias and rectifier, so that a rule is purely linear, as Bau et al. (2020) rewrite
 * these networks. Images are clipped to [-1, 1] at the end, as theirs are.
 */
public final class ProGan {
    private static final GeneratorFamilies FAMILY = GeneratorFamilies.of(List.of(new ProGanFamily()));

    private ProGan() {}

    /**
     * Reads a checkpoint.
     *
     * @throws io.github.rewrite4j.io.FileFormatException when a weight is missing, misshapen or not finite
     * @throws io.github.rewrite4j.NoBackendException when ND4J has no backend
     */
    public static Generator load(Path checkpoint) throws IOException {
        Objects.requireNonNull(checkpoint, "checkpoint");
        Backend.require();
        return FAMILY.open(checkpoint, LoadOptions.none());
    }

    /**
     * What a checkpoint will need, from names and shapes alone: no weight is read.
     *
     * @throws io.github.rewrite4j.io.FileFormatException when it could not be loaded
     */
    public static GeneratorEstimate estimate(Path checkpoint) throws IOException {
        Objects.requireNonNull(checkpoint, "checkpoint");
        return FAMILY.estimate(checkpoint);
    }
}
