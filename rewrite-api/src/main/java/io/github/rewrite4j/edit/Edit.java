package io.github.rewrite4j.edit;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Copy, paste, context (Bau et al. 2020): the object that is wanted, examples of where it was put, and the places that
 * say where else it should appear. Immutable; each method returns a new edit.
 *
 * <p>Only the centre of a paste region's bounding box matters: the object is put there, moved inside the image where it
 * would stick out. Several pastes of one object are one edit. Without any context the pastes are the context.
 *
 * <p>Pastes say what should be drawn, contexts only which keys the change may act on. A rule that was shown once holds on the
 * sample that it was shown on; what carries it to others is showing the object on several of them, at a rank that leaves room
 * for their differences (4 to 16 pastes, rank 10 or more). Contexts beside a single paste are no substitute: they move the
 * change away from the keys of the one example, so that more of it is needed and more is disturbed elsewhere. What both did
 * in several edits is measured by {@code ContextStudy} of the examples, see {@code docs/contexts.md} of the project.
 *
 * @param object what is copied
 * @param pastes where it is shown, at least one when the edit is used
 * @param contexts where else it should appear
 */
public record Edit(Selection object, List<Selection> pastes, List<Selection> contexts) {
    public Edit {
        Objects.requireNonNull(object, "object");
        Objects.requireNonNull(pastes, "pastes");
        Objects.requireNonNull(contexts, "contexts");
        pastes = List.copyOf(pastes);
        contexts = List.copyOf(contexts);
    }

    /** Starts an edit with the object: a region of a sample, or of what inputs of the caller's own draw. */
    public static Edit copy(Subject subject, Region region) {
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(region, "region");
        return new Edit(new Selection(subject, region), List.of(), List.of());
    }

    /** Also shows the object at this place; may be repeated. */
    public Edit pasteInto(Subject subject, Region region) {
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(region, "region");
        return new Edit(object, and(pastes, List.of(subject), region), contexts);
    }

    /** Shows the object at this place of several images. */
    public Edit pasteInto(List<? extends Subject> subjects, Region region) {
        Objects.requireNonNull(subjects, "subjects");
        Objects.requireNonNull(region, "region");
        return new Edit(object, and(pastes, subjects, region), contexts);
    }

    /** Says where the object should appear from now on; may be repeated. */
    public Edit inContextOf(Subject subject, Region region) {
        Objects.requireNonNull(subject, "subject");
        return inContextOf(List.of(subject), region);
    }

    /** Says where the object should appear from now on, on several images; may be repeated. */
    public Edit inContextOf(List<? extends Subject> subjects, Region region) {
        Objects.requireNonNull(subjects, "subjects");
        Objects.requireNonNull(region, "region");
        return new Edit(object, pastes, and(contexts, subjects, region));
    }

    /** The contexts, or the pastes where there are none. */
    public List<Selection> effectiveContexts() {
        return contexts.isEmpty() ? pastes : contexts;
    }

    /** Every image the edit looks at; evaluation must use others. */
    public Set<Subject> subjects() {
        Set<Subject> subjects = new HashSet<>();
        subjects.add(object.subject());
        pastes.forEach(paste -> subjects.add(paste.subject()));
        contexts.forEach(context -> subjects.add(context.subject()));
        return Set.copyOf(subjects);
    }

    /** Those of {@link #subjects()} that are samples. */
    public Set<Sample> samples() {
        return Subject.samples(subjects());
    }

    private static List<Selection> and(List<Selection> selections, List<? extends Subject> subjects, Region region) {
        if (subjects.isEmpty()) {
            throw new IllegalArgumentException("Name at least one sample.");
        }
        List<Selection> more = new ArrayList<>(selections);
        subjects.forEach(subject -> more.add(new Selection(subject, region)));
        return more;
    }
}
