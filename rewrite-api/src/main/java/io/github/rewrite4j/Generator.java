package io.github.rewrite4j;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An immutable view of a pretrained image generator.
 *
 * <p>Patches never change a generator: {@link #with(Patch, double)} gives a new one that shares all weights the patch
 * leaves alone. Each generator is closed on its own, shared weights are freed with their last holder, and use after
 * close is an {@link IllegalStateException}. Generators may be used by several threads at once.
 */
public interface Generator extends AutoCloseable {
    GeneratorSpec spec();

    /** Draws this generator's inputs. */
    InputSampler sampler();

    /** The first {@code n} samples of a seed; see {@link InputSampler}. */
    default Inputs sample(int n, long seed) {
        return sampler().sample(n, seed);
    }

    /**
     * The images [N, C, H, W] of these inputs, nominally in [-1, 1]; values are not clipped.
     *
     * @param inputs what the {@linkplain InputSampler#complete sampler fills in} may be left out
     */
    INDArray generate(Inputs inputs);

    /** The layers that can be rewritten, from input to output. */
    List<Layer> layers();

    /**
     * The layer of this name as an associative memory.
     *
     * @throws UnknownLayerException listing near names
     */
    default AssociativeMemory memory(String layer) {
        Objects.requireNonNull(layer, "layer");
        return memory(layer, layer);
    }

    /**
     * Consecutive layers, with all that lies between them, as one non-linear associative memory.
     *
     * @throws UnknownLayerException listing near names
     * @throws RewriteException when the graph cannot be cut there, naming the variable at fault
     */
    AssociativeMemory memory(String first, String last);

    /**
     * Something that this generator can do beyond what every generator can, or empty. A generator offers what it is itself,
     * and may offer more by overriding this.
     *
     * @param type such as {@link io.github.rewrite4j.latent.ExpandedGenerator}, or a type of a library beyond this one
     */
    default <T> Optional<T> capability(Class<T> type) {
        return type.isInstance(this) ? Optional.of(type.cast(this)) : Optional.empty();
    }

    /** This generator drawing its inputs from another sampler; weights are shared. */
    Generator withSampler(InputSampler sampler);

    /** The patches in force, with their strengths, in the order they were added. */
    List<AppliedPatch> patches();

    /** This generator with a patch at full strength. */
    default Generator with(Patch patch) {
        Objects.requireNonNull(patch, "patch");
        return with(patch, 1.0);
    }

    /**
     * This generator with a patch scaled by {@code strength}: W = W_base + sum of strength_i dW_i. Strengths of the same
     * patch add; negative strengths and those above 1 are allowed. The order in which patches are added does not matter.
     *
     * @throws FingerprintMismatchException when the patch was made for another generator
     */
    Generator with(Patch patch, double strength);

    /**
     * This generator without a patch it carries; without any patch the weights are those of the base, bit for bit.
     *
     * @throws IllegalArgumentException when the patch is not in force
     */
    Generator without(Patch patch);

    @Override
    void close();
}
