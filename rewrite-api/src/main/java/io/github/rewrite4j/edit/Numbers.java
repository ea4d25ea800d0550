package io.github.rewrite4j.edit;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Coordinates as a reader wants them: 32 instead of 32.0. */
final class Numbers {
    private Numbers() {}

    static String text(double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        return whole ? Long.toString((long) value) : Double.toString(value);
    }

    static String list(double... values) {
        return Arrays.stream(values).mapToObj(Numbers::text).collect(Collectors.joining(", "));
    }
}
