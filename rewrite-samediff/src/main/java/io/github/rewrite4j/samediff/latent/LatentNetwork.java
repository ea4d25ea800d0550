package io.github.rewrite4j.samediff.latent;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A generator seen from its latent: images = G(w), with every weight of G open to training. The mapping in front of the
 * latent stays as it is. A view of a generator; use it while that is open.
 */
public interface LatentNetwork {
    /** The generator that this is part of. */
    GeneratorSpec spec();

    /** Draws the inputs of the generator. */
    InputSampler sampler();

    /** Which latent it is, such as "w". */
    String latent();

    /** The mean latent of the checkpoint. */
    double[] mean();

    /**
     * The latents of inputs after truncation, before any projection.
     *
     * @return a new float32 array [N, d]
     */
    INDArray latents(Inputs inputs);

    /** Places that read the latent, each of which can be given one of its own. */
    int places();

    /**
     * Inputs of the generator that give latents: the other way of {@link #latents}, which sees their mean.
     *
     * @param latents [N, places, d], one for each place; where domains were added, their part along these has no effect
     * @return inputs for {@link io.github.rewrite4j.Generator#generate}
     */
    Inputs at(INDArray latents);

    /**
     * The latent at each place, after truncation, projection and offsets: what {@link #at} gives back, without the part of
     * domains that were entered.
     *
     * @return a new float32 array [N, places, d]
     */
    INDArray placed(Inputs inputs);

    /**
     * Whether the readers read the latent itself: then styles of new domains can be trained apart and written into the maps at
     * the end. Where a function stands between, new domains are learnt by the weights alone.
     */
    default boolean readsLinearly() {
        return true;
    }

    /** The linear maps that read the latent, from input to output. */
    List<LatentReader> readers();

    /** New copies of all weights behind the latent, patches included. */
    List<Parameter> parameters();

    /**
     * The images of latents.
     *
     * @param latents [N, d], projected if they should be
     * @param weights nodes of {@link #parameters()} by name
     * @param entered [N, domains], how far domains are entered whose styles are still apart, in parameters of the names
     *     {@link LatentReader#domainsName}; null for none
     * @return [N, 3, H, W], not clipped
     */
    default Node images(Tape tape, Node latents, Function<String, Node> weights, @Nullable Node entered) {
        Objects.requireNonNull(tape, "tape");
        Objects.requireNonNull(latents, "latents");
        Objects.requireNonNull(weights, "weights");
        return images(tape, Collections.nCopies(places(), latents), weights, entered);
    }

    /** The same with a latent [N, d] of its own for each of the {@link #places()}. */
    Node images(Tape tape, List<Node> latents, Function<String, Node> weights, @Nullable Node entered);

    /** The expansion that the generator already has. */
    Optional<LatentExpansion> expansion();

    /**
     * A new generator with these weights and this expansion, on its own; the source can be closed.
     *
     * @param weights by the names of {@link #parameters()}
     */
    ExpandedGenerator expanded(Collection<Parameter> weights, LatentExpansion expansion);

    /**
     * The view of a generator, with the patches in force, which it offers as a {@linkplain Generator#capability capability}.
     *
     * @throws RewriteException when it has none
     */
    static LatentNetwork of(Generator generator) {
        return generator
                .capability(LatentNetwork.class)
                .orElseThrow(() -> new RewriteException(
                        "This generator (" + generator.spec().architecture()
                                + ") has no latent that all of its layers read, which new domains need: load a style-based one with"
                                + " StyleGan2.load."));
    }
}
