package io.github.rewrite4j.edit;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Pictures of an object that a generator never drew, where it goes, and how it is learnt.
 *
 * @param exemplars pictures of the object, at least one
 * @param goals pictures that the report compares with; none: the exemplars
 * @param contexts images that the object is shown on
 * @param exceptions images that should stay as they are
 * @param layer the layer, or {@code first..last}
 * @param place where the object goes in the generator's image
 * @param steps of training; the strategy's own number where there is none
 * @param freshSamples images that the report is measured on, 0 for none
 */
public record ExemplarPlan(
        List<Exemplar> exemplars,
        List<Exemplar> goals,
        List<? extends Subject> contexts,
        List<? extends Subject> exceptions,
        String layer,
        Place place,
        OptionalInt steps,
        int freshSamples)
        implements Plan {
    static final String NAME = "out-of-domain";

    public ExemplarPlan {
        Objects.requireNonNull(exemplars, "exemplars");
        Objects.requireNonNull(goals, "goals");
        Objects.requireNonNull(contexts, "contexts");
        Objects.requireNonNull(exceptions, "exceptions");
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(place, "place");
        Objects.requireNonNull(steps, "steps");
        exemplars = List.copyOf(exemplars);
        goals = List.copyOf(goals);
        contexts = List.copyOf(contexts);
        exceptions = List.copyOf(exceptions);
        Plans.requireLayer(layer);
        Plans.requireFresh(freshSamples);
        if (exemplars.isEmpty() || contexts.isEmpty()) {
            throw new IllegalArgumentException("An object is learnt from at least one picture on at least one image.");
        }
        if (steps.isPresent() && steps.getAsInt() < 1) {
            throw new IllegalArgumentException("The number of steps is " + steps.getAsInt() + ": give at least 1.");
        }
    }

    /**
     * Where an object goes.
     *
     * @param width of the object in pixels of the generator's image; as in its picture where there is none
     * @param centre column and row of its centre; where it is in its picture where there is none
     */
    public record Place(OptionalInt width, Optional<Centre> centre) {
        /** As in the picture. */
        public static final Place AS_SHOWN = new Place(OptionalInt.empty(), Optional.empty());

        public Place {
            Objects.requireNonNull(width, "width");
            Objects.requireNonNull(centre, "centre");
            if (width.isPresent() && width.getAsInt() < 1) {
                throw new IllegalArgumentException(
                        "The width of the object is " + width.getAsInt() + " pixels: give at least 1.");
            }
        }

        private Exemplar of(Exemplar exemplar, int height, int imageWidth) {
            Exemplar fitting = width.isPresent()
                    ? exemplar.resizedTo(height, imageWidth, width.getAsInt())
                    : exemplar.resizedTo(height, imageWidth);
            return centre.map(at -> fitting.movedTo(at.x(), at.y())).orElse(fitting);
        }
    }

    /**
     * A pixel of the generator's image.
     *
     * @param x column from 0
     * @param y row from 0
     */
    public record Centre(int x, int y) {}

    @Override
    public String strategy() {
        return NAME;
    }

    @Override
    public Set<Sample> samples() {
        List<Subject> all = new ArrayList<>(contexts);
        all.addAll(exceptions);
        return Subject.samples(all);
    }

    /** The exemplars in their place in images of this size, on their contexts and not on the exceptions. */
    public ExemplarEdit edit(int height, int width) {
        return new ExemplarEdit(placed(exemplars, height, width), contexts, exceptions);
    }

    /** What the report compares with, in its place in images of this size. */
    public List<Exemplar> goals(int height, int width) {
        return placed(goals.isEmpty() ? exemplars : goals, height, width);
    }

    private List<Exemplar> placed(List<Exemplar> pictures, int height, int width) {
        return pictures.stream()
                .map(picture -> place.of(picture, height, width))
                .toList();
    }
}
