package io.github.rewrite4j.edit;

/** Checks of numbers that a caller gives to regions and masks. */
final class Checks {
    private Checks() {}

    static void size(String what, int height, int width) {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "The " + what + " is " + width + "x" + height + " (width x height): both must be at least 1.");
        }
        cells(height, width);
    }

    static int cells(int height, int width) {
        long cells = (long) height * width;
        if (cells > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "A grid of " + width + "x" + height + " has " + cells + " cells: at most 2^31 - 9 are possible.");
        }
        return (int) cells;
    }

    /** Returns the number, so that records can check while they assign; turns -0.0 into 0.0, which it equals. */
    static double finite(String what, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("The " + what + " is " + value + ": it must be a finite number.");
        }
        return value + 0.0;
    }

    static double positive(String what, double value) {
        if (finite(what, value) <= 0) {
            throw new IllegalArgumentException("The " + what + " is " + value + ": it must be above 0 pixels.");
        }
        return value;
    }
}
