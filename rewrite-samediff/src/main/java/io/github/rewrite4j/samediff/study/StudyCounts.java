package io.github.rewrite4j.samediff.study;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a {@link PreservationStudy} has counted on some samples. Counts of parts that share no sample add up to those of all, in any
 * order: whole numbers exactly, sums of pixels but for the rounding of float64.
 */
public final class StudyCounts implements Serializable {
    private static final long serialVersionUID = 1;

    private final LinkedHashMap<String, Counts> arms = new LinkedHashMap<>();
    private final long samples;

    StudyCounts(Map<String, Counts> arms, long samples) {
        this.arms.putAll(arms);
        this.samples = samples;
    }

    /** Nothing yet, for arms of these names. */
    static StudyCounts none(List<String> names) {
        Map<String, Counts> arms = new LinkedHashMap<>();
        names.forEach(name -> arms.put(name, new Counts()));
        return new StudyCounts(arms, 0);
    }

    /**
     * Those of both.
     *
     * @throws IllegalArgumentException if they are of studies with other arms
     */
    public StudyCounts plus(StudyCounts other) {
        Objects.requireNonNull(other, "other");
        List<String> names = new ArrayList<>(arms.keySet());
        if (!names.equals(new ArrayList<>(other.arms.keySet()))) {
            throw new IllegalArgumentException(
                    "Counts of a study of " + names + " and of one of " + other.arms.keySet() + " cannot be added.");
        }
        Map<String, Counts> both = new LinkedHashMap<>();
        arms.forEach((name, counts) -> both.put(name, counts.plus(other.of(name))));
        return new StudyCounts(both, samples + other.samples);
    }

    /** Samples that were looked at. */
    public long samples() {
        return samples;
    }

    Counts of(String arm) {
        Counts counts = arms.get(arm);
        if (counts == null) {
            throw new IllegalArgumentException("There is no arm '" + arm + "', but " + arms.keySet() + ".");
        }
        return counts;
    }

    Map<String, Counts> arms() {
        return arms;
    }
}
