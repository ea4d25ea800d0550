package io.github.rewrite4j.edit;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Pictures of an object that the generator never drew, and the images that it is shown on (Gao et al. 2025): from now on
 * the generator should draw it there. Immutable.
 *
 * <p>Each exemplar is put on samples as its {@linkplain Exemplar#compositeOn composite} says, where its mask lies. Many
 * contexts matter more than many exemplars: one to three pictures do, on 64 samples or more.
 *
 * <p>A rule that holds for some images only has {@linkplain #except exceptions}: images that should stay as they are where the
 * object would be. What distinguishes them from the contexts, the weights learn themselves.
 *
 * <p>Where what becomes the object stands anywhere, as wheels of cars do, each context has {@linkplain #each an exemplar of its own}:
 * the object where it belongs in this image.
 *
 * @param exemplars pictures of one kind of object, at least one
 * @param contexts images that the object is shown on, at least one: samples, or inputs of the caller's own
 * @param exceptions images that should not show it, none of the contexts
 * @param paired whether exemplar i is shown on context i alone; otherwise each of them on any context
 */
public record ExemplarEdit(
        List<Exemplar> exemplars,
        List<? extends Subject> contexts,
        List<? extends Subject> exceptions,
        boolean paired) {
    /** Samples that the object is shown on unless told otherwise. */
    public static final int DEFAULT_CONTEXTS = 256;

    private static final int MOST_CONTEXTS = 1 << 20;

    public ExemplarEdit {
        Objects.requireNonNull(exemplars, "exemplars");
        Objects.requireNonNull(contexts, "contexts");
        Objects.requireNonNull(exceptions, "exceptions");
        if ((long) contexts.size() + exceptions.size() > MOST_CONTEXTS) {
            throw new IllegalArgumentException("The object is to be shown on " + contexts.size() + " images and not on "
                    + exceptions.size() + ": at most 2^20 are possible, and a few hundred do.");
        }
        exemplars = List.copyOf(exemplars);
        contexts = List.copyOf(contexts);
        exceptions = List.copyOf(exceptions);
        if (!Collections.disjoint(contexts, exceptions)) {
            throw new IllegalArgumentException(
                    "An image is both a context and an exception: the object cannot be there and not be there.");
        }
        if (exemplars.isEmpty()) {
            throw new IllegalArgumentException("The edit has no exemplar: give at least one picture of the object.");
        }
        if (contexts.isEmpty()) {
            throw new IllegalArgumentException("The edit has no context: name samples that the object is shown on.");
        }
        if (paired && exemplars.size() != contexts.size()) {
            throw new IllegalArgumentException("There are " + exemplars.size() + " exemplars for " + contexts.size()
                    + " contexts: give each context one of its own, in their order.");
        }
    }

    /** Each exemplar on any context. */
    public ExemplarEdit(
            List<Exemplar> exemplars, List<? extends Subject> contexts, List<? extends Subject> exceptions) {
        this(exemplars, contexts, exceptions, false);
    }

    /** Without exceptions. */
    public ExemplarEdit(List<Exemplar> exemplars, List<? extends Subject> contexts) {
        this(exemplars, contexts, List.of());
    }

    /** An edit on the first {@value #DEFAULT_CONTEXTS} samples of seed 1. */
    public static ExemplarEdit of(List<Exemplar> exemplars) {
        Objects.requireNonNull(exemplars, "exemplars");
        return new ExemplarEdit(exemplars, Sample.range(Sample.DEFAULT_SEED, 0, DEFAULT_CONTEXTS));
    }

    /** As {@link #of(List)} for a few pictures. */
    public static ExemplarEdit of(Exemplar... exemplars) {
        Objects.requireNonNull(exemplars, "exemplars");
        return of(List.of(exemplars));
    }

    /**
     * Exemplar i on context i alone: the object where it belongs in this image. A report then measures no fresh samples, since
     * the edit does not say where the object belongs in those; {@code ExemplarPreview} does with goals of their own.
     *
     * @param exemplars as many as contexts, in their order
     */
    public static ExemplarEdit each(List<Exemplar> exemplars, List<? extends Subject> contexts) {
        return new ExemplarEdit(exemplars, contexts, List.of(), true);
    }

    /**
     * The same exemplars on other images.
     *
     * @throws IllegalArgumentException when each exemplar has a context of its own, and there are more or fewer of these images
     */
    public ExemplarEdit shownOn(List<? extends Subject> subjects) {
        Objects.requireNonNull(subjects, "subjects");
        return new ExemplarEdit(exemplars, subjects, exceptions, paired);
    }

    /** The same, but images like these should stay as they are. */
    public ExemplarEdit except(List<? extends Subject> subjects) {
        Objects.requireNonNull(subjects, "subjects");
        return new ExemplarEdit(exemplars, contexts, subjects, paired);
    }

    /** Contexts, then exceptions. */
    public List<Subject> subjects() {
        List<Subject> all = new ArrayList<>(contexts);
        all.addAll(exceptions);
        return List.copyOf(all);
    }

    /** Every sample the edit looks at; evaluation must use others. */
    public Set<Sample> samples() {
        return Subject.samples(subjects());
    }
}
