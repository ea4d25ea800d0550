package io.github.rewrite4j.samediff.composition;

import io.github.rewrite4j.Patch;
import io.github.rewrite4j.io.Facts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What a composition made, and what it left of each patch on images that it was not learnt on.
 *
 * @param patch all of them in one
 * @param kept share of what each draws alone that is left, in the order of the patches: 1 - |all - alone| / |alone - none|
 *     over the pixels where it draws something alone; empty where it draws nothing that can be seen
 * @param keptBySum the same for plain addition
 * @param elsewhere mean |all - none| where none of them draws
 * @param elsewhereBySum the same for plain addition
 * @param lossBefore of the training, for plain addition
 * @param lossAfter of the training, at its end
 * @param seconds that it took
 */
public record Composed(
        Patch patch,
        List<OptionalDouble> kept,
        List<OptionalDouble> keptBySum,
        double elsewhere,
        double elsewhereBySum,
        double lossBefore,
        double lossAfter,
        double seconds) {
    public Composed {
        Objects.requireNonNull(patch, "patch");
        Objects.requireNonNull(kept, "kept");
        Objects.requireNonNull(keptBySum, "keptBySum");
        kept = List.copyOf(kept);
        keptBySum = List.copyOf(keptBySum);
    }

    /** Flat, ordered facts for JSON; what draws nothing is left out. */
    public Facts facts() {
        Facts.Builder map = Facts.builder();
        map.put("kept", numbers(kept));
        map.put("keptBySum", numbers(keptBySum));
        map.put("elsewhere", elsewhere);
        map.put("elsewhereBySum", elsewhereBySum);
        map.put("lossBefore", lossBefore);
        map.put("lossAfter", lossAfter);
        map.put("seconds", seconds);
        return map.build();
    }

    private static Map<String, Double> numbers(List<OptionalDouble> shares) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        for (int i = 0; i < shares.size(); i++) {
            int place = i + 1;
            shares.get(i).ifPresent(share -> numbers.put("patch " + place, share));
        }
        return numbers;
    }
}
