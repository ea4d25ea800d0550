package io.github.rewrite4j;

/**
 * A leaky rectifier with gain: a(x) = gain x for x > 0, gain slope x otherwise. Slope 1 is the identity, slope 0 the
 * plain rectifier.
 *
 * @param slope factor on the negative side, in [0, 1]
 * @param gain factor on both sides, positive
 */
public record Activation(double slope, double gain) {
    public static final Activation IDENTITY = new Activation(1, 1);

    /** The activation of StyleGAN2: slope 0.2, gain sqrt(2). */
    public static final Activation STYLEGAN2 = new Activation(0.2, Math.sqrt(2));

    public Activation {
        if (!(slope >= 0 && slope <= 1) || !(gain > 0) || !Double.isFinite(gain)) {
            throw new IllegalArgumentException(
                    "An activation has a slope in [0, 1] and a positive gain, but got " + slope + " and " + gain + ".");
        }
    }

    public double apply(double x) {
        return x > 0 ? gain * x : gain * slope * x;
    }

    public double derivative(double x) {
        return x > 0 ? gain : gain * slope;
    }
}
