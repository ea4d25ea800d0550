package io.github.rewrite4j.latent;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.io.NearestNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;

/**
 * A generator with new domains beside its old one (Nitzan et al. 2023): the same latent gives the old image, and the image
 * of each domain, aligned with it. Domains can be entered by a part, beyond, and several at once.
 *
 * <p>It is a generator like any other: by default it samples the base, {@link #inDomain} gives a view of it that samples a
 * domain, and its layers can be rewritten. Inputs of the generator that it was trained from do as well; they draw the base.
 */
public interface ExpandedGenerator extends Generator {
    /** Name of the input [N, domains]: how far each domain is entered, 0 for not at all, 1 for wholly. */
    String DOMAINS = "domains";

    /** Name of the input [N, d] that moves the latent before it is projected; its part along domains has no effect. */
    String OFFSET = "offset";

    /** The domains, in the order of the columns of {@link #DOMAINS}. */
    List<Domain> domains();

    /** The latent space, as it was measured on the source. */
    LatentSpace space();

    /** The directions that the domains were chosen from. */
    LatentBasis basis();

    /** Base and domains in the latent space. */
    LatentSubspaces subspaces();

    /** Facts that travel with it: recipe, seed, training curve. */
    SortedMap<String, String> notes();

    /**
     * The domain of this name.
     *
     * @throws IllegalArgumentException listing near names
     */
    default Domain domain(String name) {
        Objects.requireNonNull(name, "name");
        return domains().get(indexOf(name));
    }

    /** The place of a domain in {@link #domains}. */
    default int indexOf(String name) {
        Objects.requireNonNull(name, "name");
        List<String> names = domains().stream().map(Domain::name).toList();
        int i = names.indexOf(name);
        if (i < 0) {
            throw new IllegalArgumentException("There is no domain '" + name + "'. " + NearestNames.hint(name, names));
        }
        return i;
    }

    /**
     * The same latents, domains entered by these amounts and all others left.
     *
     * @param amounts by name of the domain; 0 is the base, 1 the domain, 0.5 half-way
     */
    Inputs at(Inputs inputs, Map<String, Double> amounts);

    /** The same latents in one domain. */
    default Inputs at(Inputs inputs, String domain) {
        Objects.requireNonNull(inputs, "inputs");
        Objects.requireNonNull(domain, "domain");
        return at(inputs, Map.of(domain, 1.0));
    }

    /**
     * The same latents moved along a direction of the basis that is no domain's, in units of the latent.
     *
     * @throws IllegalArgumentException when the direction belongs to a domain, for which {@link #at} is meant
     */
    Inputs moved(Inputs inputs, int direction, double by);

    /** This generator sampling one domain; weights are shared. */
    ExpandedGenerator inDomain(String domain);

    /** Writes all of it into one file, which appears whole or not at all, and loads bit-equal. */
    void save(Path file) throws IOException;

    @Override
    ExpandedGenerator withSampler(InputSampler sampler);

    @Override
    ExpandedGenerator with(Patch patch, double strength);

    @Override
    default ExpandedGenerator with(Patch patch) {
        Objects.requireNonNull(patch, "patch");
        return with(patch, 1.0);
    }

    @Override
    ExpandedGenerator without(Patch patch);
}
