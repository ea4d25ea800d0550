package io.github.rewrite4j.edit;

import io.github.rewrite4j.Sample;
import java.util.Objects;
import java.util.Set;

/**
 * An edit of copy and paste together with the layer, the strategy and the settings that carry it out. {@link EditFile} reads
 * and writes it.
 *
 * @param edit what is copied, where it is pasted and where it should appear
 * @param layer name of the layer to rewrite
 * @param method the strategy and its settings
 * @param freshSamples images that the report is measured on, 0 for none
 */
public record EditPlan(Edit edit, String layer, Method method, int freshSamples) implements Plan {
    /** Images to measure on unless told otherwise. */
    public static final int DEFAULT_FRESH_SAMPLES = 200;

    /** Refuses a blank layer, negative numbers of samples, and an edit without a paste. */
    public EditPlan {
        Objects.requireNonNull(edit, "edit");
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(method, "method");
        Plans.requireLayer(layer);
        Plans.requireFresh(freshSamples);
        if (edit.pastes().isEmpty()) {
            throw new IllegalArgumentException(
                    "The edit copies " + edit.object() + " but pastes it nowhere: show the" + " object at least once.");
        }
    }

    @Override
    public String strategy() {
        return method.strategy();
    }

    @Override
    public Set<Sample> samples() {
        return edit.samples();
    }

    /** A low-rank plan with Levenberg-Marquardt, ZCA directions and the default weights. */
    public static EditPlan of(Edit edit, String layer, int rank) {
        Objects.requireNonNull(edit, "edit");
        Objects.requireNonNull(layer, "layer");
        return new EditPlan(edit, layer, Method.LowRank.of(rank), DEFAULT_FRESH_SAMPLES);
    }

    /** This plan carried out otherwise. */
    public EditPlan by(Method other) {
        Objects.requireNonNull(other, "other");
        return new EditPlan(edit, layer, other, freshSamples);
    }

    /** This low-rank plan with another weight of other keys. */
    public EditPlan withGamma(double weight) {
        Method.LowRank now = lowRank("gamma");
        return by(new Method.LowRank(now.rank(), now.solver(), now.directions(), weight));
    }

    /** This low-rank plan with another solver. */
    public EditPlan withSolver(Method.Solver other) {
        Objects.requireNonNull(other, "other");
        Method.LowRank now = lowRank("solver");
        return by(new Method.LowRank(now.rank(), other, now.directions(), now.gamma()));
    }

    /** This low-rank plan with other directions. */
    public EditPlan withDirections(Method.Directions other) {
        Objects.requireNonNull(other, "other");
        Method.LowRank now = lowRank("directions");
        return by(new Method.LowRank(now.rank(), now.solver(), other, now.gamma()));
    }

    private Method.LowRank lowRank(String setting) {
        if (method instanceof Method.LowRank lowRank) {
            return lowRank;
        }
        throw new IllegalStateException(
                "A plan by " + method + " has no " + setting + ": begin with by(Method.LowRank.of(rank)).");
    }

    /** This plan measured on another number of fresh images. */
    public EditPlan evaluatedOn(int samples) {
        return new EditPlan(edit, layer, method, samples);
    }
}
