package io.github.rewrite4j;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An image that an edit speaks of, known by the inputs that make the generator draw it: a reproducible {@link Sample}, or
 * {@link OwnInputs} of the caller's, such as a photograph for a translator, a picture and a hole for an inpainter, or a
 * latent that an inversion found.
 *
 * <p>Subjects are values: equal subjects have equal inputs, and {@link #id()} tells them apart in caches and recipes.
 */
public sealed interface Subject permits Sample, OwnInputs {
    /** Names the inputs wherever the same subject is met: by seed and number, or by a fingerprint of their contents. */
    String id();

    /**
     * Inputs of the caller's own as a subject; see {@link OwnInputs#of(String, Inputs)}.
     *
     * @param inputs one row of each input; copied
     */
    static OwnInputs of(Inputs inputs) {
        return OwnInputs.of("", inputs);
    }

    /** As {@link #of(Inputs)}, called by a name in reports and pictures. */
    static OwnInputs of(String name, Inputs inputs) {
        Objects.requireNonNull(name, "name");
        return OwnInputs.of(name, inputs);
    }

    /**
     * The inputs of several subjects, in this order.
     *
     * @param subjects at least one
     * @param sampler draws those that are samples and completes the others, so that both can stand in one batch
     * @return arrays made for this call, which the caller may close
     * @throws IllegalArgumentException when the inputs of some have other names or shapes than those of others
     */
    static Inputs inputs(List<? extends Subject> subjects, InputSampler sampler) {
        Objects.requireNonNull(subjects, "subjects");
        Objects.requireNonNull(sampler, "sampler");
        if (subjects.isEmpty()) {
            throw new IllegalArgumentException("Name at least one subject.");
        }
        List<Inputs> parts = new ArrayList<>();
        for (int from = 0; from < subjects.size(); ) {
            if (subjects.get(from) instanceof OwnInputs own) {
                parts.add(own.inputs());
                from++;
            } else {
                List<Sample> run = new ArrayList<>();
                while (from < subjects.size() && subjects.get(from) instanceof Sample sample) {
                    run.add(sample);
                    from++;
                }
                parts.add(sampler.at(run));
            }
        }
        if (parts.size() == 1 && subjects.get(0) instanceof Sample) {
            return parts.get(0);
        }
        List<Inputs> complete = parts.stream().map(sampler::complete).toList();
        Inputs joined = Inputs.join(complete);
        complete.forEach(Inputs::close);
        return joined;
    }

    /** Those of some subjects that are samples. */
    static Set<Sample> samples(Collection<? extends Subject> subjects) {
        return subjects.stream()
                .filter(Sample.class::isInstance)
                .map(Sample.class::cast)
                .collect(Collectors.toUnmodifiableSet());
    }
}
