package io.github.rewrite4j.samediff.evaluation;

import io.github.rewrite4j.io.Facts;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * How much of a domain was learnt.
 *
 * @param domain its name
 * @param base mean error of its objective on base images of the expanded generator
 * @param inDomain mean error on images of the domain
 * @param source mean error on images of the source at the same latents
 * @param dedicated mean error of a dedicated adaptation, empty without one
 */
public record DomainStrength(String domain, double base, double inDomain, double source, OptionalDouble dedicated) {
    public DomainStrength {
        Objects.requireNonNull(domain, "domain");
        Objects.requireNonNull(dedicated, "dedicated");
    }

    /** Share of the base's error that is gone in the domain: 0 nothing learnt, 1 everything. */
    public double share() {
        return base == 0 ? 0 : 1 - inDomain / base;
    }

    /** The fall of the error as a share of the fall that a dedicated adaptation reaches. */
    public OptionalDouble shareOfDedicated() {
        double fall = dedicated.isPresent() ? source - dedicated.getAsDouble() : 0;
        return fall > 0 ? OptionalDouble.of((base - inDomain) / fall) : OptionalDouble.empty();
    }

    Facts facts() {
        Facts.Builder map = Facts.builder();
        map.put("base", base);
        map.put("inDomain", inDomain);
        map.put("source", source);
        map.put("share", share());
        dedicated.ifPresent(error -> map.put("dedicated", error));
        shareOfDedicated().ifPresent(share -> map.put("shareOfDedicated", share));
        return map.build();
    }
}
