package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How inputs of an expanded generator say where the latent goes: by amounts of the domains, and by an offset.
 *
 * @param expansion the domains
 */
public record DomainInputs(LatentExpansion expansion) {
    public DomainInputs {
        Objects.requireNonNull(expansion, "expansion");
    }

    /**
     * Samples of a sampler, in the base or in one domain.
     *
     * @param entered number of the domain
     */
    public DomainSampler sampler(InputSampler latents, Optional<Integer> entered) {
        return new DomainSampler(
                latents, expansion.domains().size(), expansion.space().dimension(), entered);
    }

    /** The same samples in a domain, whichever they were drawn in. */
    public DomainSampler within(InputSampler sampler, int domain) {
        return sampler(sampler instanceof DomainSampler mine ? mine.latents() : sampler, Optional.of(domain));
    }

    /** Another sampler; a view of a domain stays one. */
    public InputSampler replaced(InputSampler sampler, InputSampler other) {
        Objects.requireNonNull(other, "other");
        Optional<Integer> entered = sampler instanceof DomainSampler mine ? mine.entered() : Optional.empty();
        return other instanceof DomainSampler ? other : sampler(other, entered);
    }

    /** What inputs do not say is said by the sampler, and then of the base. */
    public Inputs complete(InputSampler sampler, Inputs inputs) {
        return sampler(sampler, Optional.empty()).complete(inputs);
    }

    /** Complete inputs, in domains of a generator by amounts. */
    public Inputs at(ExpandedGenerator of, Inputs complete, Map<String, Double> amounts) {
        Objects.requireNonNull(of, "of");
        Objects.requireNonNull(amounts, "amounts");
        INDArray entered = complete.get(ExpandedGenerator.DOMAINS).like();
        amounts.forEach((name, amount) -> {
            if (!Double.isFinite(amount)) {
                throw new IllegalArgumentException("The domain '" + name + "' cannot be entered by " + amount + ".");
            }
            entered.getColumn(of.indexOf(name)).assign(amount);
        });
        return complete.with(ExpandedGenerator.DOMAINS, entered);
    }

    /** Complete inputs, moved along a direction that belongs to no domain. */
    public Inputs moved(Inputs complete, int direction, double by) {
        double[] along = expansion.basis().direction(direction);
        for (Domain domain : expansion.domains()) {
            if (domain.direction() == direction) {
                throw new IllegalArgumentException("Direction " + direction + " belongs to the domain '" + domain.name()
                        + "': enter that with at(inputs, Map.of(\"" + domain.name() + "\", amount)).");
            }
        }
        INDArray offset = complete.get(ExpandedGenerator.OFFSET).dup();
        for (int i = 0; i < along.length; i++) {
            offset.getColumn(i).addi(by * along[i]);
        }
        return complete.with(ExpandedGenerator.OFFSET, offset);
    }
}
