package io.github.rewrite4j.edit;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A rule that is shown by edited inputs: what the generator draws of the edited input inside a region, it should draw of
 * the input as it is. For generators that turn pictures into pictures, whose inputs can be painted on. Immutable.
 *
 * @param pairs inputs before and after, at least one
 */
public record TransplantEdit(List<Pair> pairs) {
    public TransplantEdit {
        Objects.requireNonNull(pairs, "pairs");
        pairs = List.copyOf(pairs);
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("The edit shows nothing: give at least one input and the same edited.");
        }
    }

    /**
     * An input that was edited.
     *
     * @param shown the input as it is
     * @param wanted the same input, edited
     * @param region where it was edited
     */
    public record Pair(Subject shown, Subject wanted, Region region) {
        public Pair {
            Objects.requireNonNull(shown, "shown");
            Objects.requireNonNull(wanted, "wanted");
            Objects.requireNonNull(region, "region");
        }
    }

    /** One edited input. */
    public static TransplantEdit of(Subject shown, Subject wanted, Region region) {
        Objects.requireNonNull(shown, "shown");
        Objects.requireNonNull(wanted, "wanted");
        Objects.requireNonNull(region, "region");
        return new TransplantEdit(List.of(new Pair(shown, wanted, region)));
    }

    /** Also shows the rule on this input. */
    public TransplantEdit and(Subject shown, Subject wanted, Region region) {
        Objects.requireNonNull(shown, "shown");
        Objects.requireNonNull(wanted, "wanted");
        Objects.requireNonNull(region, "region");
        List<Pair> more = new ArrayList<>(pairs);
        more.add(new Pair(shown, wanted, region));
        return new TransplantEdit(more);
    }

    /** Every image the edit looks at; evaluation must use others. */
    public Set<Subject> subjects() {
        return pairs.stream()
                .flatMap(pair -> Stream.of(pair.shown(), pair.wanted()))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Those of {@link #subjects()} that are samples. */
    public Set<Sample> samples() {
        return Subject.samples(subjects());
    }
}
