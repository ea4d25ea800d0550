package io.github.rewrite4j.samediff.strategy;

/** Sums of products. */
final class Dots {
    private Dots() {}

    /** Of numbers that lie in a row each; four sums side by side, since one waits for itself. */
    static double of(double[] a, int fromA, double[] b, int fromB, int count) {
        double first = 0;
        double second = 0;
        double third = 0;
        double fourth = 0;
        int i = 0;
        for (; i + 4 <= count; i += 4) {
            first += a[fromA + i] * b[fromB + i];
            second += a[fromA + i + 1] * b[fromB + i + 1];
            third += a[fromA + i + 2] * b[fromB + i + 2];
            fourth += a[fromA + i + 3] * b[fromB + i + 3];
        }
        for (; i < count; i++) {
            first += a[fromA + i] * b[fromB + i];
        }
        return first + second + (third + fourth);
    }
}
