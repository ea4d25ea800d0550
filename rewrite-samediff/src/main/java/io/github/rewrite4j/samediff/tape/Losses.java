package io.github.rewrite4j.samediff.tape;

import java.util.Arrays;

/** Scalars to be made small. */
public final class Losses {
    private Losses() {}

    /** sum of w |a - b|, the weights fixed and of the operands' shape, for maps with the channels first. */
    public static Node weightedL1(Node a, Node b, float[] weights) {
        Node first = Layout.CHANNELS_FIRST.of(a);
        return l1(first, Arithmetic.like(first, b), weights);
    }

    /** As {@link #weightedL1(Node, Node, float[])}, with weights in any layout, which get no gradient. */
    public static Node weightedL1(Node a, Node b, Node weights) {
        return l1(a, Arithmetic.like(a, b), Arithmetic.like(a, weights).value());
    }

    /** All three in one layout. */
    private static Node l1(Node a, Node b, float[] weights) {
        requireWeights(a, weights);
        Node result = a.tape().record(new int[0], Tape.anyTracked(a, b), y -> {
            float g = y.gradient()[0];
            float[] x = a.value();
            float[] z = b.value();
            float[] signs = a.tape().array(weights.length);
            signs(signs, x, z, weights, g);
            spread(a, b, signs);
        });
        float[] terms = a.tape().array(weights.length);
        distances(terms, a.value(), b.value(), weights);
        result.value()[0] = (float) Arithmetic.total(terms);
        return result;
    }

    private static void distances(float[] to, float[] x, float[] z, float[] weights) {
        for (int i = 0; i < to.length; i++) {
            to[i] = weights[i] * Math.abs(x[i] - z[i]);
        }
    }

    /** g w sign(x - z), 0 where they are the same. */
    private static void signs(float[] to, float[] x, float[] z, float[] weights, float g) {
        for (int i = 0; i < to.length; i++) {
            float d = x[i] - z[i];
            to[i] = g * weights[i] * (d / (Math.abs(d) + Float.MIN_NORMAL));
        }
    }

    /** mean |a - b|. */
    public static Node l1(Node a, Node b) {
        float[] weights = a.tape().array(a.length());
        Arrays.fill(weights, 1f / a.length());
        return l1(a, Arithmetic.like(a, b), weights);
    }

    /** sum of w (a - b)^2, the weights fixed and of the operands' shape, for maps with the channels first. */
    public static Node weightedSquares(Node a, Node b, float[] weights) {
        Node first = Layout.CHANNELS_FIRST.of(a);
        return squares(first, Arithmetic.like(first, b), weights);
    }

    /** All three in one layout. */
    private static Node squares(Node a, Node b, float[] weights) {
        requireWeights(a, weights);
        Node result = a.tape().record(new int[0], Tape.anyTracked(a, b), y -> {
            float g = 2 * y.gradient()[0];
            float[] x = a.value();
            float[] z = b.value();
            float[] slopes = a.tape().array(weights.length);
            slopes(slopes, x, z, weights, g);
            spread(a, b, slopes);
        });
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            double d = a.value()[i] - b.value()[i];
            sum += weights[i] * d * d;
        }
        result.value()[0] = (float) sum;
        return result;
    }

    private static void slopes(float[] to, float[] x, float[] z, float[] weights, float g) {
        for (int i = 0; i < to.length; i++) {
            to[i] = g * weights[i] * (x[i] - z[i]);
        }
    }

    /** mean (a - b)^2. */
    public static Node squares(Node a, Node b) {
        float[] weights = a.tape().array(a.length());
        Arrays.fill(weights, 1f / a.length());
        return squares(a, Arithmetic.like(a, b), weights);
    }

    /** mean (a - target)^2: the least-squares loss of a discriminator's scores. */
    public static Node squaresTo(Node a, float target) {
        Node result = a.tape().record(new int[0], a.tracked(), y -> {
            float g = 2 * y.gradient()[0] / a.length();
            for (int i = 0; i < a.length(); i++) {
                a.gradient()[i] += g * (a.value()[i] - target);
            }
        });
        double sum = 0;
        for (float v : a.value()) {
            sum += (double) (v - target) * (v - target);
        }
        result.value()[0] = (float) (sum / a.length());
        return result;
    }

    /** mean log(1 + exp(sign x)): the non-saturating logistic loss of logits. */
    public static Node softplus(Node x, float sign) {
        Node result = x.tape().record(new int[0], x.tracked(), y -> {
            float g = sign * y.gradient()[0] / x.length();
            for (int i = 0; i < x.length(); i++) {
                x.gradient()[i] += (float) (g / (1 + Math.exp(-sign * x.value()[i])));
            }
        });
        double sum = 0;
        for (float v : x.value()) {
            double s = sign * v;
            sum += Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s)));
        }
        result.value()[0] = (float) (sum / x.length());
        return result;
    }

    /**
     * The binary cross-entropy of logits, mean log(1 + exp(x)) - t x: how surprised a guess sigmoid(x) is by the truth t.
     *
     * @param x logits; their layout is that of the targets
     * @param targets in [0, 1], one for each logit; used until the gradient is computed
     */
    public static Node binaryCrossEntropy(Node x, float[] targets) {
        requireWeights(x, targets);
        Node result = x.tape().record(new int[0], x.tracked(), y -> {
            float g = y.gradient()[0] / x.length();
            for (int i = 0; i < x.length(); i++) {
                x.gradient()[i] += (float) (g * (1 / (1 + Math.exp(-x.value()[i])) - targets[i]));
            }
        });
        double sum = 0;
        for (int i = 0; i < x.length(); i++) {
            double v = x.value()[i];
            sum += Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))) - targets[i] * v;
        }
        result.value()[0] = (float) (sum / x.length());
        return result;
    }

    private static void spread(Node a, Node b, float[] slopes) {
        if (a.tracked()) {
            Arithmetic.addTo(a.gradient(), slopes);
        }
        if (b.tracked()) {
            Arithmetic.addScaledTo(b.gradient(), slopes, -1);
        }
    }

    private static void requireWeights(Node a, float[] weights) {
        if (weights.length != a.length()) {
            throw new IllegalArgumentException(weights.length + " weights do not fit " + a + ".");
        }
    }
}
