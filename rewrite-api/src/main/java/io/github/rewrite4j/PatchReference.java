package io.github.rewrite4j;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A patch that was in force when another was learnt, by its name alone.
 *
 * @param id its {@link Patch#id()}, 64 hexadecimal digits
 * @param strength the factor that it was in force with, not 0
 */
public record PatchReference(String id, double strength) {
    private static final Pattern WRITTEN =
            Pattern.compile("([0-9a-f]{64}) x (-?\\d{1,300}(?:\\.\\d{1,300})?(?:E-?\\d{1,3})?)");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");
    private static final String SEPARATOR = ", ";

    public PatchReference {
        Objects.requireNonNull(id, "id");
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("The id of a patch has 64 hexadecimal digits in lower case.");
        }
        if (!Double.isFinite(strength) || strength == 0) {
            throw new IllegalArgumentException(
                    "The strength of a patch in force is a finite number other than 0, but was " + strength + ".");
        }
    }

    /** What is in force, equal patches added up, those that cancel out left out; in the order of their first mention. */
    static List<PatchReference> of(List<AppliedPatch> inForce) {
        Map<String, BigDecimal> totals = new LinkedHashMap<>();
        inForce.forEach(
                applied -> totals.merge(applied.patch().id(), BigDecimal.valueOf(applied.strength()), BigDecimal::add));
        List<PatchReference> references = new ArrayList<>();
        totals.forEach((id, total) -> {
            if (total.signum() != 0) {
                references.add(new PatchReference(id, total.doubleValue()));
            }
        });
        return references;
    }

    /** As one line; {@link #read} takes it back. */
    static String write(List<PatchReference> references) {
        return references.stream()
                .map(reference -> reference.id + " x " + reference.strength)
                .collect(Collectors.joining(SEPARATOR));
    }

    /** @throws IllegalArgumentException when this is not what {@link #write} gives */
    static List<PatchReference> read(String line) {
        List<PatchReference> references = new ArrayList<>();
        for (String part : line.split(SEPARATOR, -1)) {
            Matcher matcher = WRITTEN.matcher(part);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("The note '" + Patch.LEARNT_ON + "' lists patches as 'ID x STRENGTH'"
                        + " with 64 hexadecimal digits each, but entry " + (references.size() + 1)
                        + " is written differently.");
            }
            references.add(new PatchReference(matcher.group(1), Double.parseDouble(matcher.group(2))));
        }
        return references;
    }

    /** The first digits of the id, and the strength unless it is 1. */
    @Override
    public String toString() {
        return id.substring(0, 12) + (strength == 1 ? "" : " x " + strength);
    }
}
