package io.github.rewrite4j.edit;

import io.github.rewrite4j.io.PrintableText;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;

/** How an {@link EditPlan} is carried out: a strategy for edits of copy and paste, with its settings. */
public sealed interface Method
        permits Method.LowRank, Method.ClosedForm, Method.UnitAblation, Method.InImages, Method.Joint {
    /** Weight of other keys unless told otherwise. */
    double DEFAULT_GAMMA = 0.2;

    /** The strategy as files spell it. */
    String strategy();

    /**
     * A strategy with its usual settings; low-rank has rank 3.
     *
     * @param strategy as files spell it
     * @throws IllegalArgumentException when there is none of that name
     */
    static Method usual(String strategy) {
        Objects.requireNonNull(strategy, "strategy");
        return switch (strategy) {
            case LowRank.NAME -> LowRank.of(LowRank.USUAL_RANK);
            case ClosedForm.NAME -> new ClosedForm(Form.RIDGE, KeyKind.CHANNELS, ClosedForm.DEFAULT_WEIGHT);
            case UnitAblation.NAME -> new UnitAblation(UnitAblation.DEFAULT_SHARE);
            case InImages.NAME -> InImages.standard();
            case Joint.NAME -> Joint.of(Target.FEATURES);
            default ->
                throw new IllegalArgumentException("There is no strategy '" + PrintableText.name(strategy)
                        + "' for edits of copy and paste: choose one of " + MethodFields.NAMES + ".");
        };
    }

    /**
     * A change along a few directions of key space.
     *
     * @param rank number of context directions, at least 1
     * @param solver finds the amounts of the change
     * @param directions how the context becomes directions of key space
     * @param gamma weight of other keys against the new rule, {@value #DEFAULT_GAMMA} unless there is a reason
     */
    record LowRank(int rank, Solver solver, Directions directions, double gamma) implements Method {
        static final String NAME = "low-rank";
        static final int USUAL_RANK = 3;

        public LowRank {
            Objects.requireNonNull(solver, "solver");
            Objects.requireNonNull(directions, "directions");
            if (rank < 1) {
                throw new IllegalArgumentException("The rank is " + rank + ": it must be at least 1.");
            }
            if (!(gamma >= 0) || Double.isInfinite(gamma)) {
                throw new IllegalArgumentException(
                        "gamma is " + gamma + ": it must be a finite number from 0, usually 0.2.");
            }
        }

        /** Levenberg-Marquardt, ZCA directions and the default weight. */
        public static LowRank of(int rank) {
            return new LowRank(rank, Solver.LEVENBERG_MARQUARDT, Directions.ZCA, DEFAULT_GAMMA);
        }

        @Override
        public String strategy() {
            return NAME;
        }

        @Override
        public String toString() {
            return NAME + " by " + solver + ", rank " + rank;
        }
    }

    /**
     * A solution without iteration.
     *
     * @param form which one
     * @param keys what counts as a key
     * @param weight of what is stored, positive; 1 weighs all keys that the layer sees as much as one key of the rule. Without
     *     effect where the form is exact
     */
    record ClosedForm(Form form, KeyKind keys, double weight) implements Method {
        static final String NAME = "closed-form";
        static final double DEFAULT_WEIGHT = 1;

        public ClosedForm {
            Objects.requireNonNull(form, "form");
            Objects.requireNonNull(keys, "keys");
            if (!(weight > 0) || Double.isInfinite(weight)) {
                throw new IllegalArgumentException(
                        "The weight of what is stored is " + weight + ": it must be a positive number, usually 1.");
            }
        }

        @Override
        public String strategy() {
            return NAME;
        }

        @Override
        public String toString() {
            return NAME + ", " + form + " on " + keys;
        }
    }

    /**
     * Units that respond to the context are switched off; the baseline of network dissection.
     *
     * @param share of the units, above 0 and at most 1
     */
    record UnitAblation(double share) implements Method {
        static final String NAME = "unit-ablation";
        static final double DEFAULT_SHARE = 0.05;

        public UnitAblation {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException(
                        "The share of units is " + share + ": it lies above 0 and at most at 1, usually at 0.05.");
            }
        }

        @Override
        public String strategy() {
            return NAME;
        }

        @Override
        public String toString() {
            return NAME + " of " + share + " of the units";
        }
    }

    /**
     * Weights are trained until samples show the object where it is pasted, and elsewhere what they showed.
     *
     * @param shown samples that it learns on: the pastes of the edit, and others where they are fewer; at least 1
     * @param steps of Adam, at least 1
     * @param rank of the change; empty for the smallest that keeps what was learnt
     */
    record InImages(int shown, int steps, OptionalInt rank) implements Method {
        static final String NAME = "in-images";
        static final int DEFAULT_SHOWN = 256;
        static final int DEFAULT_STEPS = 120;

        public InImages {
            Objects.requireNonNull(rank, "rank");
            if (shown < 1 || steps < 1 || (rank.isPresent() && rank.getAsInt() < 1)) {
                throw new IllegalArgumentException("Samples, steps and rank are at least 1, but were " + shown + ", "
                        + steps + " and " + (rank.isPresent() ? rank.getAsInt() : "chosen") + ".");
            }
        }

        /** {@value #DEFAULT_STEPS} steps on {@value #DEFAULT_SHOWN} samples, with the rank chosen. */
        public static InImages standard() {
            return new InImages(DEFAULT_SHOWN, DEFAULT_STEPS, OptionalInt.empty());
        }

        @Override
        public String strategy() {
            return NAME;
        }

        @Override
        public String toString() {
            return NAME + " on " + shown + " samples" + (rank.isPresent() ? ", rank " + rank.getAsInt() : "");
        }
    }

    /**
     * All weights of the layers are trained for the pastes and, as much, against any change of ordinary samples.
     *
     * @param target what the pastes and ordinary samples are compared in
     * @param weight of the pastes against all that should stay, positive
     * @param steps of Adam, at least 1
     */
    record Joint(Target target, double weight, int steps) implements Method {
        static final String NAME = "joint-objective";
        static final double DEFAULT_WEIGHT = 1;
        static final int DEFAULT_STEPS = 200;

        public Joint {
            Objects.requireNonNull(target, "target");
            if (!(weight > 0) || Double.isInfinite(weight) || steps < 1) {
                throw new IllegalArgumentException("The weight of the pastes is positive, usually 1, and steps are at"
                        + " least 1, but they were " + weight + " and " + steps + ".");
            }
        }

        /** {@value #DEFAULT_STEPS} steps, pastes and ordinary samples weighing the same. */
        public static Joint of(Target target) {
            return new Joint(target, DEFAULT_WEIGHT, DEFAULT_STEPS);
        }

        @Override
        public String strategy() {
            return NAME;
        }

        @Override
        public String toString() {
            return NAME + " in " + target;
        }
    }

    /** What a joint objective compares. */
    enum Target {
        /** Values of the last of the layers; the default. */
        FEATURES,
        /** Images. */
        IMAGES;

        /** As files spell it: {@code features}. */
        @Override
        public String toString() {
            return spelt(this);
        }
    }

    /** Finds the amounts of a low-rank change. */
    enum Solver {
        /** Second order, a few iterations; the default. */
        LEVENBERG_MARQUARDT,
        /** Adam on the amounts. */
        ADAM,
        /** Adam on the whole weight, projected onto the directions; as published. */
        PROJECTED_GRADIENT;

        /** As files spell it: {@code levenberg-marquardt}. */
        @Override
        public String toString() {
            return spelt(this);
        }
    }

    /** How the context becomes directions of key space. */
    enum Directions {
        /** Principal directions of whitened keys; the default. */
        ZCA,
        /** One direction, the solved mean. */
        MEAN,
        /** Principal directions of solved keys. */
        SVD;

        /** As files spell it: {@code zca}. */
        @Override
        public String toString() {
            return spelt(this);
        }
    }

    /** Closed forms that need nothing but the rule and the statistics of the keys. */
    enum Form {
        /** Every pair is written exactly; as many as there are channels at most. */
        EXACT,
        /** Pairs against what is stored; the default. */
        RIDGE,
        /** One pair, exactly. */
        ROME,
        /** Many pairs against what is stored. */
        MEMIT;

        /** As files spell it: {@code ridge}. */
        @Override
        public String toString() {
            return spelt(this);
        }
    }

    /** What counts as a key of a closed form. */
    enum KeyKind {
        /** The channels at a cell; the centre of the kernel changes. */
        CHANNELS,
        /** All that the kernel sees at a cell; the whole kernel changes. */
        PATCHES;

        /** As files spell it: {@code channels}. */
        @Override
        public String toString() {
            return spelt(this);
        }
    }

    private static String spelt(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
