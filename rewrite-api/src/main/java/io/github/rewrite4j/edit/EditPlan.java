package io.github.rewrite4j.edit;

import java.util.Locale;
import java.util.Objects;

/**
 * An edit together with the layer and the settings of the low-rank rewrite that carries it out: all that a file needs to
 * say so that somebody else gets the same patch. {@link EditFile} reads and writes it.
 *
 * @param edit what is copied, where it is pasted and where it shall appear
 * @param layer name of the layer to rewrite
 * @param rank number of context directions, at least 1
 * @param solver finds the amounts of the change
 * @param directions how the context becomes directions of key space
 * @param gamma weight of other keys against the new rule, 0.2 unless there is a reason
 * @param freshSamples images that the report is measured on, 0 for none
 */
public record EditPlan(
        Edit edit, String layer, int rank, Solver solver, Directions directions, double gamma, int freshSamples) {
    /** Weight of other keys unless told otherwise. */
    public static final double DEFAULT_GAMMA = 0.2;

    /** Images to measure on unless told otherwise. */
    public static final int DEFAULT_FRESH_SAMPLES = 200;

    /** Refuses ranks below 1, negative weights and numbers of samples, and an edit without a paste. */
    public EditPlan {
        Objects.requireNonNull(edit, "edit");
        if (layer.isBlank()) {
            throw new IllegalArgumentException("The plan names no layer: give one, such as layer5.");
        }
        if (rank < 1) {
            throw new IllegalArgumentException("The rank is " + rank + ": it must be at least 1.");
        }
        if (!(gamma >= 0) || Double.isInfinite(gamma)) {
            throw new IllegalArgumentException(
                    "gamma is " + gamma + ": it must be a finite number from 0, usually 0.2.");
        }
        if (freshSamples < 0) {
            throw new IllegalArgumentException(
                    "The number of fresh samples is " + freshSamples + ": it must not be negative.");
        }
        if (edit.pastes().isEmpty()) {
            throw new IllegalArgumentException(
                    "The edit copies " + edit.object() + " but pastes it nowhere: show the" + " object at least once.");
        }
    }

    /** Finds the amounts of a low-rank change. */
    public enum Solver {
        /** Second order, a few iterations; the default. */
        LEVENBERG_MARQUARDT,
        /** Adam on the amounts. */
        ADAM,
        /** Adam on the whole weight, projected onto the directions; as published. */
        PROJECTED_GRADIENT;

        /** As files spell it: {@code levenberg-marquardt}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** How the context becomes directions of key space. */
    public enum Directions {
        /** Principal directions of whitened keys; the default. */
        ZCA,
        /** One direction, the solved mean. */
        MEAN,
        /** Principal directions of solved keys. */
        SVD;

        /** As files spell it: {@code zca}. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A plan with Levenberg-Marquardt, ZCA directions and the default weights. */
    public static EditPlan of(Edit edit, String layer, int rank) {
        return new EditPlan(
                edit, layer, rank, Solver.LEVENBERG_MARQUARDT, Directions.ZCA, DEFAULT_GAMMA, DEFAULT_FRESH_SAMPLES);
    }

    /** This plan with another weight of other keys. */
    public EditPlan withGamma(double weight) {
        return new EditPlan(edit, layer, rank, solver, directions, weight, freshSamples);
    }

    /** This plan with another solver. */
    public EditPlan withSolver(Solver other) {
        return new EditPlan(edit, layer, rank, other, directions, gamma, freshSamples);
    }

    /** This plan with other directions. */
    public EditPlan withDirections(Directions other) {
        return new EditPlan(edit, layer, rank, solver, other, gamma, freshSamples);
    }

    /** This plan measured on another number of fresh images. */
    public EditPlan measuredOn(int samples) {
        return new EditPlan(edit, layer, rank, solver, directions, gamma, samples);
    }
}
