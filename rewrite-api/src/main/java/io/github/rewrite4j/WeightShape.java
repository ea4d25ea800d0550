package io.github.rewrite4j;

/**
 * Canonical shape of an editable weight. Dense layers have a kernel of 1 x 1.
 *
 * @param out output channels
 * @param in input channels
 * @param kernelHeight taps down
 * @param kernelWidth taps across
 */
public record WeightShape(int out, int in, int kernelHeight, int kernelWidth) {
    /** The shape of an array [out, in, kernel height, kernel width]. */
    public static WeightShape of(long... shape) {
        if (shape.length != 4) {
            throw new IllegalArgumentException("A weight has the shape [out, in, kernel height, kernel width], but got "
                    + shape.length + " sizes.");
        }
        return new WeightShape(
                Math.toIntExact(shape[0]),
                Math.toIntExact(shape[1]),
                Math.toIntExact(shape[2]),
                Math.toIntExact(shape[3]));
    }

    /** Number of weights. */
    public long size() {
        return (long) out * in * kernelHeight * kernelWidth;
    }

    @Override
    public String toString() {
        return out + " x " + in + " x " + kernelHeight + " x " + kernelWidth;
    }
}
