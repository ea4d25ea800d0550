package io.github.rewrite4j.samediff.generator.dcgan;

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
 * Loads plain convolutional generators (DCGAN, Radford et al. 2016) from state dicts: transposed convolutions, each but the last
 * with a batch norm where the file has one, rectified between, tanh at the end, as {@code main.0.weight}, {@code
 * main.1.running_mean} and so on of PyTorch's tutorial name them; under {@code netG}, {@code state_dict}, {@code module} and the
 * like too.
 *
 * <p>A state dict says neither steps nor activations. The first layer makes its kernel's grid of one cell, each other doubles the
 * grid (a kernel of one cell keeps it), rectifiers have no slope below zero and the last activation is the tangent;
 * {@link DcganFamily} has options for others.
 *
 * <p>Input: {@code z} [N, latent, 1, 1], standard Gaussian. Keys are what a convolution reads, values what it makes, before the
 * norm.
 */
public final class Dcgan {
    private static final GeneratorFamilies FAMILY = GeneratorFamilies.of(List.of(new DcganFamily()));

    private Dcgan() {}

    /**
     * Reads a checkpoint.
     *
     * @throws io.github.rewrite4j.io.FileFormatException when a tensor is missing, misshapen or not finite
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
