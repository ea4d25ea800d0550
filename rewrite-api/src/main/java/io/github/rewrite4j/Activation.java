package io.github.rewrite4j;

/**
 * A leaky rectifier with gain: a(x) = gain x for x > 0, gain slope x otherwise, then cut off at plus and minus
 * {@code clamp}. Slope 1 is the identity, slope 0 the plain rectifier.
 *
 * @param slope factor on the negative side, in [0, 1]
 * @param gain factor on both sides, positive
 * @param clamp largest magnitude of the result, positive; infinite for none
 */
public record Activation(double slope, double gain, double clamp) {
    public static final Activation IDENTITY = new Activation(1, 1);

    /** The activation of StyleGAN2: slope 0.2, gain sqrt(2). */
    public static final Activation STYLEGAN2 = new Activation(0.2, Math.sqrt(2));

    public Activation {
        if (!(slope >= 0 && slope <= 1) || !(gain > 0) || !Double.isFinite(gain)) {
            throw new IllegalArgumentException(
                    "An activation has a slope in [0, 1] and a positive gain, but got " + slope + " and " + gain + ".");
        }
        if (!(clamp > 0)) {
            throw new IllegalArgumentException(
                    "An activation is cut off at a positive number, or at infinity, but got " + clamp + ".");
        }
    }

    /** One that is not cut off. */
    public Activation(double slope, double gain) {
        this(slope, gain, Double.POSITIVE_INFINITY);
    }

    /** The same, cut off at plus and minus a number. */
    public Activation clamped(double limit) {
        return new Activation(slope, gain, limit);
    }

    public double apply(double x) {
        double y = x > 0 ? gain * x : gain * slope * x;
        return Math.max(-clamp, Math.min(clamp, y));
    }

    public double derivative(double x) {
        double factor = x > 0 ? gain : gain * slope;
        return Math.abs(factor * x) > clamp ? 0 : factor;
    }
}
