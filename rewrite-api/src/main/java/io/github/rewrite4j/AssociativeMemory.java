package io.github.rewrite4j;

import io.github.rewrite4j.stats.KeyCovariance;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One or several consecutive layers of a generator, seen as a memory that answers keys with values:
 * {@code decode(values(keys(x))) == generate(x)}.
 *
 * <p>Bau et al. (ECCV 2020) read a layer's weight W as an optimal linear associative memory, the least-squares solution
 * of W k_i = v_i over all keys and values it has ever seen; Gao et al. (2025) take several layers with their
 * non-linearities as one. A memory belongs to its generator and cannot be used after that is closed.
 */
public interface AssociativeMemory {
    MemorySpec spec();

    /** Draws the inputs of the generator. */
    InputSampler sampler();

    /**
     * The keys [N, C, h, w] that these inputs give; for style-modulated layers after modulation. Arrays of the caller's own.
     *
     * @param inputs what the {@linkplain InputSampler#complete sampler fills in} may be left out
     */
    Keys keys(Inputs inputs);

    /**
     * What the memory answers: values [N, C', h', w'], after the activation. Arrays of the caller's own, except that side
     * tensors may be arrays of the keys, the key tensor among them.
     */
    Values values(Keys keys);

    /** The images [N, C, H, W] that the rest of the generator draws from values. */
    INDArray decode(Values values);

    /** Copies of the editable weights by name, in canonical shape [out, in, kernel height, kernel width]. */
    SortedMap<String, INDArray> weights();

    /** How a single layer computes, where it is of a form that allows a solve; empty for several layers. */
    Optional<LayerForm> form();

    /**
     * Something that this memory can do beyond what every memory can, or empty. A memory offers what it is itself, and may
     * offer more by overriding this.
     *
     * @param type {@link Trainable}, {@link LayerForm} for the {@linkplain #form solvable form}, or any type of a library
     *     beyond this one
     */
    default <T> Optional<T> capability(Class<T> type) {
        Object offered = type == LayerForm.class ? form().orElse(null) : this;
        return type.isInstance(offered) ? Optional.of(type.cast(offered)) : Optional.empty();
    }

    /**
     * The second moment of the keys over all positions of the first {@code samples} samples of a seed.
     *
     * <p>Streams in batches; memory O(channels^2).
     */
    KeyCovariance covariance(int samples, long seed, ProgressListener listener);

    /**
     * This memory with changed weights, keys and decoder as they are; the patch may name only weights of this memory. Its
     * {@link #spec()} has the generator fingerprint of {@code generator.with(patch, strength)}.
     */
    AssociativeMemory with(Patch patch, double strength);

    default AssociativeMemory with(Patch patch) {
        Objects.requireNonNull(patch, "patch");
        return with(patch, 1.0);
    }

    /** The same cut of the generator without any patch, in this memory or elsewhere. */
    AssociativeMemory unpatched();
}
