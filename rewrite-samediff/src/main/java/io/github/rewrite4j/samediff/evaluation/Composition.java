package io.github.rewrite4j.samediff.evaluation;

import io.github.rewrite4j.io.Facts;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * A second domain added to a first (after figure 9 of Nitzan et al. 2023): beginning in the first, the second is entered
 * step by step, and the errors of both objectives are divided by what they were at the beginning. Good is a second number
 * that falls while the first stays, as far as it can: something dark cannot be as bright as the second wants it.
 *
 * <p>Where both domains have targets, there is one for both at once, and what each leaves of its error is the distance of the
 * mixture from that, divided by the distance without the one: |G(a + b) - T_ab| / |G(b) - T_ab| for the first.
 *
 * @param method how the domains were mixed
 * @param first domain that it begins in
 * @param second domain that is added
 * @param amounts of the second
 * @param firstErrors error of the first objective, relative to the beginning
 * @param secondErrors error of the second objective, relative to the beginning
 * @param firstLeft what the whole mixture leaves of the first domain's error, if there are targets
 * @param secondLeft of the second's
 */
public record Composition(
        String method,
        String first,
        String second,
        List<Double> amounts,
        List<Double> firstErrors,
        List<Double> secondErrors,
        OptionalDouble firstLeft,
        OptionalDouble secondLeft) {
    /** Lists that cannot be changed. */
    public Composition {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(second, "second");
        Objects.requireNonNull(amounts, "amounts");
        Objects.requireNonNull(firstErrors, "firstErrors");
        Objects.requireNonNull(secondErrors, "secondErrors");
        Objects.requireNonNull(firstLeft, "firstLeft");
        Objects.requireNonNull(secondLeft, "secondLeft");
        amounts = List.copyOf(amounts);
        firstErrors = List.copyOf(firstErrors);
        secondErrors = List.copyOf(secondErrors);
    }

    /** Name of the pair. */
    public String pair() {
        return first + " + " + second;
    }

    Facts facts() {
        Facts.Builder map = Facts.builder();
        map.put("method", method);
        map.put("pair", pair());
        map.put("amounts", amounts);
        map.put("firstErrors", firstErrors);
        map.put("secondErrors", secondErrors);
        firstLeft.ifPresent(left -> map.put("firstLeft", left));
        secondLeft.ifPresent(left -> map.put("secondLeft", left));
        return map.build();
    }
}
