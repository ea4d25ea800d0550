package io.github.rewrite4j.samediff.serving;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Patches with their strengths as a set: order does not matter, strengths of one patch add, strength 0 is nothing. */
record PatchSet(Map<Patch, Double> strengths) {
    static final PatchSet NONE = new PatchSet(Map.of());

    static PatchSet of(List<AppliedPatch> patches) {
        Map<Patch, Double> sum = new HashMap<>();
        patches.forEach(applied -> sum.merge(applied.patch(), applied.strength(), Double::sum));
        sum.values().removeIf(strength -> strength == 0);
        return new PatchSet(Map.copyOf(sum));
    }

    boolean isEmpty() {
        return strengths.isEmpty();
    }

    /** A generator of its own with these patches, to be closed by the caller. */
    Generator on(Generator base) {
        Generator patched = base.withSampler(base.sampler());
        try {
            for (Map.Entry<Patch, Double> entry : strengths.entrySet()) {
                Generator next = patched.with(entry.getKey(), entry.getValue());
                patched.close();
                patched = next;
            }
            return patched;
        } catch (RuntimeException | Error failure) {
            patched.close();
            throw failure;
        }
    }
}
