package io.github.rewrite4j.samediff.tape;

import java.util.Arrays;

/** Sums, products and reductions of equal shapes. */
public final class Arithmetic {
    private static final int LANES = 8;
    private static final int STRETCH = 256;

    private Arithmetic() {}

    /** a + b. */
    public static Node add(Node a, Node b) {
        return addScaled(a, b, 1);
    }

    /** a - b. */
    public static Node subtract(Node a, Node b) {
        return addScaled(a, b, -1);
    }

    /** a + factor b; in the layout of a, like all of these. */
    public static Node addScaled(Node a, Node other, float factor) {
        Node b = like(a, other);
        Node result = a.tape().recordLike(a, Tape.anyTracked(a, b), y -> {
            if (b.tracked()) {
                addScaledTo(b.gradient(), y.gradient(), factor);
            }
            if (a.tracked()) {
                a.accumulate(y.gradient());
            }
        });
        float[] x = a.value();
        float[] z = b.value();
        float[] out = result.value();
        for (int i = 0; i < out.length; i++) {
            out[i] = x[i] + factor * z[i];
        }
        return result;
    }

    /** factor a + offset. */
    public static Node scale(Node a, float factor, float offset) {
        Node result = a.tape().recordLike(a, a.tracked(), y -> addScaledTo(a.gradient(), y.gradient(), factor));
        float[] x = a.value();
        float[] out = result.value();
        for (int i = 0; i < out.length; i++) {
            out[i] = factor * x[i] + offset;
        }
        return result;
    }

    /** a b, element by element. */
    public static Node multiply(Node a, Node other) {
        Node b = like(a, other);
        Node result = a.tape().recordLike(a, Tape.anyTracked(a, b), y -> {
            if (a.tracked()) {
                addProductTo(a.gradient(), y.gradient(), b.value());
            }
            if (b.tracked()) {
                addProductTo(b.gradient(), y.gradient(), a.value());
            }
        });
        multiplyInto(result.value(), a.value(), b.value());
        return result;
    }

    /** x cut off at plus and minus a number; no gradient where it is cut off. */
    public static Node clamped(Node x, float limit) {
        Node result = x.tape().recordLike(x, x.tracked(), y -> {
            float[] to = x.gradient();
            float[] from = y.gradient();
            float[] numbers = x.value();
            for (int i = 0; i < to.length; i++) {
                to[i] += Math.abs(numbers[i]) <= limit ? from[i] : 0;
            }
        });
        float[] numbers = x.value();
        float[] to = result.value();
        for (int i = 0; i < to.length; i++) {
            to[i] = Math.max(-limit, Math.min(limit, numbers[i]));
        }
        return result;
    }

    /** sum of factors times scalars. */
    public static Node weightedSum(float[] factors, Node... scalars) {
        Tape tape = scalars[0].tape();
        Node result = tape.record(new int[0], Tape.anyTracked(scalars), y -> {
            for (int i = 0; i < scalars.length; i++) {
                if (scalars[i].tracked()) {
                    scalars[i].gradient()[0] += factors[i] * y.gradient()[0];
                }
            }
        });
        double sum = 0;
        for (int i = 0; i < scalars.length; i++) {
            sum += (double) factors[i] * scalars[i].scalar();
        }
        result.value()[0] = (float) sum;
        return result;
    }

    /** Mean of all elements. */
    public static Node mean(Node a) {
        float share = 1f / a.length();
        Node result = a.tape().record(new int[0], a.tracked(), y -> {
            float g = y.gradient()[0] * share;
            float[] to = a.gradient();
            for (int i = 0; i < to.length; i++) {
                to[i] += g;
            }
        });
        result.value()[0] = (float) (total(a.value()) / a.length());
        return result;
    }

    /** The second operand in the layout of the first; fails if the shapes differ. */
    static Node like(Node a, Node b) {
        if (!Arrays.equals(a.shape(), b.shape())) {
            throw new IllegalArgumentException("The shapes differ: " + a + " and " + b + ".");
        }
        return a.layout().of(b);
    }

    static void addTo(float[] to, float[] from) {
        for (int i = 0; i < to.length; i++) {
            to[i] += from[i];
        }
    }

    static void addScaledTo(float[] to, float[] from, float factor) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * from[i];
        }
    }

    static void addProductTo(float[] to, float[] a, float[] b) {
        for (int i = 0; i < to.length; i++) {
            to[i] += a[i] * b[i];
        }
    }

    static void multiplyInto(float[] to, float[] a, float[] b) {
        for (int i = 0; i < to.length; i++) {
            to[i] = a[i] * b[i];
        }
    }

    /** Inner product of two stretches, added up in several lanes: faster and more exact than one running sum. */
    static float dot(float[] a, int fromA, float[] b, int fromB, int length) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            s0 += a[fromA + i] * b[fromB + i];
            s1 += a[fromA + i + 1] * b[fromB + i + 1];
            s2 += a[fromA + i + 2] * b[fromB + i + 2];
            s3 += a[fromA + i + 3] * b[fromB + i + 3];
            s4 += a[fromA + i + 4] * b[fromB + i + 4];
            s5 += a[fromA + i + 5] * b[fromB + i + 5];
            s6 += a[fromA + i + 6] * b[fromB + i + 6];
            s7 += a[fromA + i + 7] * b[fromB + i + 7];
        }
        float rest = 0;
        for (; i < length; i++) {
            rest += a[fromA + i] * b[fromB + i];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)) + rest;
    }

    /** Sum of all, stretches of it in float32 and those in float64. */
    static double total(float[] a) {
        double sum = 0;
        for (int from = 0; from < a.length; from += STRETCH) {
            sum += sum(a, from, Math.min(STRETCH, a.length - from));
        }
        return sum;
    }

    /** Sum of a stretch, in several lanes. */
    static float sum(float[] a, int from, int length) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = 0;
        for (; i <= length - 4; i += 4) {
            s0 += a[from + i];
            s1 += a[from + i + 1];
            s2 += a[from + i + 2];
            s3 += a[from + i + 3];
        }
        float rest = 0;
        for (; i < length; i++) {
            rest += a[from + i];
        }
        return (s0 + s1) + (s2 + s3) + rest;
    }
}
