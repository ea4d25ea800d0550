package io.github.rewrite4j.samediff.generator.internal;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a generator that knows its own architecture offers besides its graph.
 *
 * @param latent the generator seen from its latent
 * @param defaults inputs that may be left out, [1, ...]
 * @param styles its latents w as inputs
 */
public record Forms(LatentForm latent, Map<String, INDArray> defaults, Optional<StyleEntrance> styles) {
    /** Nothing. */
    public static final Forms NONE = new Forms(LatentForm.NONE, Map.of());

    public Forms {
        Objects.requireNonNull(latent, "latent");
        Objects.requireNonNull(defaults, "defaults");
        Objects.requireNonNull(styles, "styles");
        defaults = Map.copyOf(defaults);
    }

    /** Of a graph that is entered by its inputs alone. */
    public Forms(LatentForm latent, Map<String, INDArray> defaults) {
        this(latent, defaults, Optional.empty());
    }

    /** The same with latents as inputs. */
    public Forms entered(StyleEntrance entrance) {
        Objects.requireNonNull(entrance, "entrance");
        return new Forms(latent, defaults, Optional.of(entrance));
    }

    /** The graph from further inside, by the input that is fed there. */
    public Map<String, Supplier<SameDiff>> entrances() {
        return styles.map(StyleEntrance::graphs).orElse(Map.of());
    }
}
