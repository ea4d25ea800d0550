package io.github.rewrite4j.samediff.generator.nvidia;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where a StyleGAN3 draws: moved and turned, as {@code --translate} and {@code --rotate} of NVIDIA's script. The network is given
 * the inverse of this, for the grid that its waves are drawn on.
 *
 * @param x of the width to the right
 * @param y of the height downwards
 * @param degrees of the turn, against the clock as one sees it
 */
record Placement(double x, double y, double degrees) {
    Placement {
        if (!Double.isFinite(x) || !Double.isFinite(y) || !Double.isFinite(degrees)) {
            throw new IllegalArgumentException(
                    "A placement is three finite numbers, but got " + x + ", " + y + " and " + degrees + ".");
        }
    }

    /** From {@code X,Y,DEGREES}, of which the last may be left out. */
    static Placement parse(String text) {
        String[] numbers = text.split(",", -1);
        try {
            if (numbers.length == 2 || numbers.length == 3) {
                return new Placement(
                        Double.parseDouble(numbers[0].strip()),
                        Double.parseDouble(numbers[1].strip()),
                        numbers.length == 3 ? Double.parseDouble(numbers[2].strip()) : 0);
            }
        } catch (NumberFormatException none) {
            // said below
        }
        throw new IllegalArgumentException(
                "A placement is X,Y or X,Y,DEGREES, such as 0.25,0,10, but got '" + text + "'.");
    }

    /** The inverse of [[c, s, x], [-s, c, y], [0, 0, 1]]. */
    INDArray transform() {
        double angle = Math.toRadians(degrees);
        double c = Math.cos(angle);
        double s = Math.sin(angle);
        return Nd4j.createFromArray(new float[][] {
            {(float) c, (float) -s, (float) (s * y - c * x)},
            {(float) s, (float) c, (float) (-s * x - c * y)},
            {0, 0, 1}
        });
    }
}
