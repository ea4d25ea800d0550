package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.latent.ExpandedGenerator;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One axis of a grid of images: a domain that is entered by several amounts, or a direction of the base that latents are
 * moved along. Made by {@link #domain} and {@link #direction}.
 *
 * @param domain name of the domain, empty for a direction
 * @param direction number of the direction in the basis, -1 for a domain
 * @param values amounts, or distances in units of the latent
 */
public record DomainAxis(Optional<String> domain, int direction, List<Double> values) {
    /** At least one value. */
    public DomainAxis {
        Objects.requireNonNull(domain, "domain");
        Objects.requireNonNull(values, "values");
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("An axis needs at least one value.");
        }
    }

    /** Entering a domain: 0 is the base, 1 the domain, more goes beyond. */
    public static DomainAxis domain(String name, double... amounts) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(amounts, "amounts");
        return new DomainAxis(
                Optional.of(name), -1, Arrays.stream(amounts).boxed().toList());
    }

    /** Moving along a direction of the basis that is no domain's. */
    public static DomainAxis direction(int number, double... distances) {
        Objects.requireNonNull(distances, "distances");
        return new DomainAxis(
                Optional.empty(), number, Arrays.stream(distances).boxed().toList());
    }

    /** What sheets call a place on the axis. */
    String label(int place) {
        return String.format(Locale.ROOT, "%s %s", domain.orElse("direction " + direction), number(values.get(place)));
    }

    static String number(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        return text.replaceAll("\\.?0+$", "");
    }

    /** The inputs at places on all axes. */
    static Inputs at(ExpandedGenerator generator, Inputs inputs, List<DomainAxis> axes, int[] places) {
        Map<String, Double> amounts = new HashMap<>();
        Inputs moved = inputs;
        for (int a = 0; a < places.length; a++) {
            DomainAxis axis = axes.get(a);
            double value = axis.values.get(places[a]);
            if (axis.domain.isPresent()) {
                amounts.put(axis.domain.get(), value);
            } else {
                moved = generator.moved(moved, axis.direction, value);
            }
        }
        return generator.at(moved, amounts);
    }
}
