package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Patch;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Adds up the strengths of equal patches. */
final class Strengths {
    private static final int NAMED = 3;

    private Strengths() {}

    /**
     * The total strength of each patch, ordered by patch; patches that cancel out are left out. Strengths are added as
     * the decimal numbers they are written as, so that 0.1 + 0.2 - 0.3 leaves nothing and the order does not matter.
     */
    static SortedMap<Patch, Double> of(List<AppliedPatch> patches) {
        TreeMap<Patch, BigDecimal> totals = new TreeMap<>(Comparator.comparing(Patch::id));
        patches.forEach(
                applied -> totals.merge(applied.patch(), BigDecimal.valueOf(applied.strength()), BigDecimal::add));
        TreeMap<Patch, Double> strengths = new TreeMap<>(totals.comparator());
        totals.forEach((patch, total) -> {
            if (total.signum() != 0) {
                strengths.put(patch, total.doubleValue());
            }
        });
        return strengths;
    }

    /** Each patch once, with its total strength, in the order in which they came; patches that cancel out are left out. */
    static List<AppliedPatch> inForce(List<AppliedPatch> patches) {
        SortedMap<Patch, Double> strengths = of(patches);
        List<AppliedPatch> once = new ArrayList<>();
        for (AppliedPatch applied : patches) {
            Double strength = strengths.remove(applied.patch());
            if (strength != null) {
                once.add(new AppliedPatch(applied.patch(), strength));
            }
        }
        return once;
    }

    /** The patches with their strengths, for messages; the first few of them. */
    static String describe(SortedMap<Patch, Double> strengths) {
        List<String> each = strengths.entrySet().stream()
                .map(entry -> entry.getKey() + " at " + entry.getValue())
                .toList();
        return String.join(", ", each.subList(0, Math.min(NAMED, each.size())))
                + (each.size() > NAMED ? " and " + (each.size() - NAMED) + " more patches" : "");
    }
}
