package io.github.rewrite4j.samediff.tape;

import java.util.Objects;

/** What the numbers that decide a training may be. Each method hands the number back, or says what is wrong with it. */
public final class Ranges {
    private Ranges() {}

    /**
     * A whole number from a least one on.
     *
     * @param what it is, as in "number of steps"
     */
    public static int from(String what, int number, int least) {
        Objects.requireNonNull(what, "what");
        if (number < least) {
            throw new IllegalArgumentException(
                    "The " + what + " is " + number + ": it must be at least " + least + ".");
        }
        return number;
    }

    /** A finite number above 0. */
    public static double positive(String what, double number) {
        Objects.requireNonNull(what, "what");
        if (!(number > 0) || Double.isInfinite(number)) {
            throw new IllegalArgumentException("The " + what + " is " + number + ": it must be positive.");
        }
        return number;
    }

    /** A finite number from 0 on. */
    public static double fromZero(String what, double number) {
        Objects.requireNonNull(what, "what");
        if (!(number >= 0) || Double.isInfinite(number)) {
            throw new IllegalArgumentException("The " + what + " is " + number + ": it must be a number from 0.");
        }
        return number;
    }

    /** A number from one to another, both included. */
    public static double between(String what, double number, double least, double most) {
        Objects.requireNonNull(what, "what");
        if (!(number >= least && number <= most)) {
            throw new IllegalArgumentException(
                    "The " + what + " is " + number + ": it must be " + least + " to " + most + ".");
        }
        return number;
    }

    /** A share from 0 to below 1. */
    public static double share(String what, double share) {
        Objects.requireNonNull(what, "what");
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException(
                    "The " + what + " is " + share + ": it must be 0 to below 1, such as 0.3.");
        }
        return share;
    }
}
