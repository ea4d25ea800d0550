package io.github.rewrite4j.samediff.tape;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.BiFunction;

/** Holds gradients of a tape against central differences along random directions. */
final class Slopes {
    private Slopes() {}

    /** Random numbers of a shape, as the value of a tracked node. */
    static float[] random(long seed, int... shape) {
        Random random = new Random(seed);
        float[] values = new float[Tape.length(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /**
     * Checks the gradient of a function of several arrays by each of them.
     *
     * @param function from nodes to a scalar, or to anything else, which is then reduced with fixed random weights
     */
    static void check(BiFunction<Tape, Node[], Node> function, double tolerance, int[]... shapes) {
        float[][] start = new float[shapes.length][];
        for (int i = 0; i < shapes.length; i++) {
            start[i] = random(10 + i, shapes[i]);
        }
        try (Tape tape = new Tape()) {
            Node[] nodes = new Node[shapes.length];
            for (int i = 0; i < shapes.length; i++) {
                nodes[i] = tape.variable(start[i].clone(), shapes[i]);
            }
            Node y = function.apply(tape, nodes);
            float[] seed = y.rank() == 0 ? new float[] {1} : random(99, y.shape());
            tape.backward(y, seed);
            for (int i = 0; i < shapes.length; i++) {
                float[] direction = random(1000 + i, shapes[i]);
                double analytic = 0;
                for (int j = 0; j < direction.length; j++) {
                    analytic += (double) nodes[i].gradient()[j] * direction[j];
                }
                double norm = Math.sqrt(direction.length);
                double step = 3e-3;
                double up = at(function, start, shapes, i, direction, step, seed);
                double down = at(function, start, shapes, i, direction, -step, seed);
                double numeric = (up - down) / (2 * step);
                double scale = Math.max(Math.abs(analytic), norm * 1e-2);
                assertThat(analytic).as("operand " + i).isCloseTo(numeric, within(tolerance * scale));
                assertThat(analytic).as("operand " + i).isNotZero();
            }
        }
    }

    private static org.assertj.core.data.Offset<Double> within(double d) {
        return org.assertj.core.data.Offset.offset(d);
    }

    private static double at(
            BiFunction<Tape, Node[], Node> function,
            float[][] start,
            int[][] shapes,
            int operand,
            float[] direction,
            double step,
            float[] seed) {
        try (Tape tape = new Tape()) {
            Node[] nodes = new Node[shapes.length];
            for (int i = 0; i < shapes.length; i++) {
                float[] value = start[i].clone();
                for (int j = 0; i == operand && j < value.length; j++) {
                    value[j] += (float) (step * direction[j]);
                }
                nodes[i] = tape.variable(value, shapes[i]);
            }
            float[] y = function.apply(tape, nodes).value();
            double sum = 0;
            for (int j = 0; j < seed.length; j++) {
                sum += (double) y[j] * seed[j];
            }
            return sum;
        }
    }
}
