package io.github.rewrite4j.samediff.tape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GradientsTest {
    private static final float[] WEIGHTS = positive(Slopes.random(7, 2, 3, 4, 4));

    private static float[] positive(float[] values) {
        float[] result = values.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] = Math.abs(result[i]);
        }
        return result;
    }

    private static int[] shape(int... shape) {
        return shape;
    }

    static Stream<Arguments> convolutions() {
        return Stream.of(
                Arguments.of(3, 1, 1, 3, 5, 8),
                Arguments.of(4, 2, 1, 9, 8, 8),
                Arguments.of(1, 1, 0, 16, 3, 4),
                Arguments.of(1, 1, 0, 4, 9, 5),
                Arguments.of(3, 2, 1, 8, 8, 9),
                Arguments.of(3, 1, 0, 12, 8, 6),
                Arguments.of(7, 1, 3, 3, 8, 8),
                Arguments.of(4, 2, 1, 3, 16, 16),
                Arguments.of(3, 1, 1, 3, 16, 10),
                Arguments.of(3, 2, 1, 3, 8, 9),
                Arguments.of(4, 3, 2, 2, 4, 11));
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void convolution(int kernel, int stride, int padding, int in, int out, int side) {
        Slopes.check(
                (tape, x) -> Convolutions.convolve(x[0], x[1], stride, padding),
                1e-2,
                shape(2, in, side, side),
                shape(out, in, kernel, kernel));
    }

    /** Where nobody asks for the gradient by the map, another way is taken. */
    @ParameterizedTest
    @MethodSource("convolutions")
    void theGradientByTheWeightIsTheSameWithoutTheOneByTheMap(
            int kernel, int stride, int padding, int in, int out, int side) {
        float[] map = Slopes.random(1, 2, in, side, side);
        float[] weight = Slopes.random(2, out, in, kernel, kernel);
        try (Tape tape = new Tape()) {
            Node apart = tape.variable(weight, out, in, kernel, kernel);
            Node together = tape.variable(weight.clone(), out, in, kernel, kernel);
            Node still = tape.constant(map, 2, in, side, side);
            Node moving = tape.variable(map.clone(), 2, in, side, side);
            Node first = Convolutions.convolve(still, apart, stride, padding);
            Node second = Convolutions.convolve(moving, together, stride, padding);
            tape.backward(Arithmetic.add(
                    Arithmetic.mean(Arithmetic.multiply(first, first)),
                    Arithmetic.mean(Arithmetic.multiply(second, second))));
            for (int i = 0; i < weight.length; i++) {
                assertThat(apart.gradient()[i])
                        .isCloseTo(together.gradient()[i], org.assertj.core.data.Offset.offset(1e-4f));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void convolutionIsTheSumOfItsDefinition(int kernel, int stride, int padding, int in, int out, int side) {
        try (Tape tape = new Tape()) {
            Node x = tape.variable(Slopes.random(1, 2, in, side, side), 2, in, side, side);
            Node w = tape.constant(Slopes.random(2, out, in, kernel, kernel), out, in, kernel, kernel);
            Node y = Layout.CHANNELS_FIRST.of(Convolutions.convolve(x, w, stride, padding));
            float[] expected = new float[y.length()];
            int rows = y.size(2);
            int columns = y.size(3);
            for (int i = 0; i < expected.length; i++) {
                int c = i % columns;
                int r = i / columns % rows;
                int o = i / (columns * rows) % out;
                int n = i / (columns * rows * out);
                for (int k = 0; k < in * kernel * kernel; k++) {
                    int kx = c * stride - padding + k % kernel;
                    int ky = r * stride - padding + k / kernel % kernel;
                    int channel = k / (kernel * kernel);
                    if (kx >= 0 && kx < side && ky >= 0 && ky < side) {
                        expected[i] += x.value()[((n * in + channel) * side + ky) * side + kx]
                                * w.value()[o * in * kernel * kernel + k];
                    }
                }
            }
            for (int i = 0; i < expected.length; i++) {
                assertThat(y.value()[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-4f));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void theMapGradientOfAFrozenWeightEqualsThatOfATrainedOne(
            int kernel, int stride, int padding, int in, int out, int side) {
        float[] x = Slopes.random(1, 2, in, side, side);
        float[] w = Slopes.random(2, out, in, kernel, kernel);
        int[] weight = {out, in, kernel, kernel};
        try (Tape tape = new Tape()) {
            Node frozen = tape.variable(x, 2, in, side, side);
            Node y = Convolutions.convolve(frozen, tape.constant(w, weight), stride, padding);
            float[] seed = Slopes.random(3, y.shape());
            tape.backward(y, seed);
            Node trained = tape.variable(x, 2, in, side, side);
            tape.backward(Convolutions.convolve(trained, tape.variable(w, weight), stride, padding), seed);
            for (int i = 0; i < x.length; i++) {
                assertThat(frozen.gradient()[i])
                        .isCloseTo(trained.gradient()[i], org.assertj.core.data.Offset.offset(1e-4f));
            }
        }
    }

    @Test
    void arithmetic() {
        Slopes.check((tape, x) -> Arithmetic.add(x[0], x[1]), 1e-2, shape(2, 5), shape(2, 5));
        Slopes.check((tape, x) -> Arithmetic.subtract(x[0], x[1]), 1e-2, shape(2, 5), shape(2, 5));
        Slopes.check((tape, x) -> Arithmetic.multiply(x[0], x[1]), 1e-2, shape(3, 7), shape(3, 7));
        Slopes.check((tape, x) -> Arithmetic.scale(x[0], 3, 2), 1e-2, shape(3, 7));
        Slopes.check((tape, x) -> Arithmetic.mean(x[0]), 1e-2, shape(3, 7));
        Slopes.check(
                (tape, x) -> Arithmetic.weightedSum(
                        new float[] {2, -3}, Arithmetic.mean(x[0]), Arithmetic.mean(Arithmetic.multiply(x[0], x[0]))),
                1e-2,
                shape(3, 7));
    }

    @Test
    void channels() {
        Slopes.check((tape, x) -> Channels.scale(x[0], x[1]), 1e-2, shape(2, 3, 5, 4), shape(2, 3));
        Slopes.check((tape, x) -> Channels.bias(x[0], x[1]), 1e-2, shape(2, 3, 5, 4), shape(3));
        Slopes.check((tape, x) -> Channels.biasedLeakyRelu(x[0], x[1], 0.2f, 1.4f), 3e-2, shape(2, 3, 5, 4), shape(3));
        Slopes.check((tape, x) -> Channels.biasedLeakyRelu(x[0], x[1], 0.2f, 1.4f), 3e-2, shape(6, 7), shape(7));
        Slopes.check((tape, x) -> Channels.biasedLeakyRelu(x[0], x[1], 0, 1.4f), 3e-2, shape(2, 3, 5, 4), shape(3));
        Slopes.check(
                (tape, x) -> Channels.affine(x[0], new float[] {1, 2, 3}, new float[] {4, 5, 6}),
                1e-2,
                shape(2, 3, 2, 2));
        Slopes.check((tape, x) -> Channels.addMap(x[0], new float[] {1, 2, 3, 4}), 1e-2, shape(2, 3, 2, 2));
        Slopes.check((tape, x) -> Channels.concat(x[0], x[1]), 1e-2, shape(2, 3, 2, 2), shape(2, 1, 2, 2));
    }

    @Test
    void rows() {
        Slopes.check((tape, x) -> Rows.slice(x[0], 1, 3), 1e-2, shape(4, 3));
        Slopes.check((tape, x) -> Rows.concat(x[0], x[1]), 1e-2, shape(4, 3), shape(2, 3));
        Slopes.check((tape, x) -> Rows.repeat(x[0], 3), 1e-2, shape(1, 3, 2, 2));
    }

    @Test
    void dense() {
        Slopes.check((tape, x) -> Dense.linear(x[0], x[1], x[2]), 1e-2, shape(4, 9), shape(5, 9), shape(5));
        Slopes.check((tape, x) -> Dense.normalise(x[0]), 1e-2, shape(4, 9));
        Slopes.check((tape, x) -> Dense.unit(x[0]), 1e-2, shape(4, 9));
        Slopes.check(
                (tape, x) -> Dense.demodulation(Arithmetic.multiply(x[0], x[0]), x[1], 0.5f),
                1e-2,
                shape(4, 6),
                shape(5, 6, 3, 3));
        Slopes.check((tape, x) -> Dense.crossEntropy(x[0], new int[] {2, 0, -1, 4}), 1e-2, shape(4, 5));
    }

    @Test
    void grids() {
        Slopes.check((tape, x) -> Grids.doubled(x[0]), 1e-2, shape(2, 3, 3, 5));
        Slopes.check((tape, x) -> Grids.halved(x[0]), 1e-2, shape(2, 3, 4, 6));
        Slopes.check((tape, x) -> Grids.reflected(x[0], 2), 1e-2, shape(2, 3, 3, 5));
        Slopes.check((tape, x) -> Grids.mean(x[0]), 1e-2, shape(2, 3, 4, 6));
        Slopes.check((tape, x) -> Grids.spread(x[0]), 2e-2, shape(4, 3, 2, 2));
        Slopes.check((tape, x) -> Grids.spread(x[0], 3), 2e-2, shape(6, 3, 2, 2));
        Slopes.check((tape, x) -> Grids.spaced(x[0]), 1e-2, shape(2, 3, 3, 5));
        Slopes.check((tape, x) -> Grids.turned(x[0]), 1e-2, shape(2, 3, 3, 5));
        float[] kernel = Slopes.random(8, 4, 4);
        Slopes.check((tape, x) -> Grids.filtered(x[0], kernel, 0), 1e-2, shape(2, 3, 6, 5));
        Slopes.check((tape, x) -> Grids.filtered(x[0], kernel, 1), 1e-2, shape(2, 3, 3, 7));
        Slopes.check((tape, x) -> Grids.filtered(x[0], kernel, 3), 1e-2, shape(1, 2, 2, 2));
    }

    @Test
    void spacedTurnedAndFilteredMapsAreWhatTheirNamesSay() {
        try (Tape tape = new Tape()) {
            Node x = tape.constant(new float[] {1, 2, 3, 4, 5, 6}, 1, 1, 2, 3);
            assertThat(Grids.spaced(x).value()).containsExactly(1, 0, 2, 0, 3, 0, 0, 0, 0, 0, 4, 0, 5, 0, 6);
            assertThat(Grids.spaced(x).shape()).containsExactly(1, 1, 3, 5);
            assertThat(Grids.turned(x).value()).containsExactly(6, 5, 4, 3, 2, 1);
            float[] kernel = {1, 10, 100, 1000};
            assertThat(Grids.filtered(x, kernel, 0).value()).containsExactly(5421, 6532);
            assertThat(Grids.filtered(x, kernel, 1).shape()).containsExactly(1, 1, 3, 4);
            assertThat(Grids.filtered(x, kernel, 1).value())
                    .containsExactly(1000, 2100, 3200, 300, 4010, 5421, 6532, 603, 40, 54, 65, 6);
            assertThatThrownBy(() -> Grids.filtered(x, new float[5], 0)).hasMessageContaining("does not fit");
            assertThatThrownBy(() -> Grids.filtered(x, new float[16], 0)).hasMessageContaining("does not fit");
        }
    }

    @Test
    void losses() {
        Slopes.check((tape, x) -> Losses.weightedL1(x[0], x[1], WEIGHTS), 2e-2, shape(2, 3, 4, 4), shape(2, 3, 4, 4));
        Slopes.check(
                (tape, x) -> Losses.weightedSquares(x[0], x[1], WEIGHTS), 1e-2, shape(2, 3, 4, 4), shape(2, 3, 4, 4));
        Slopes.check((tape, x) -> Losses.l1(x[0], x[1]), 2e-2, shape(2, 30), shape(2, 30));
        Slopes.check((tape, x) -> Losses.squares(x[0], x[1]), 1e-2, shape(2, 30), shape(2, 30));
        Slopes.check((tape, x) -> Losses.squaresTo(x[0], 1), 1e-2, shape(2, 30));
        Slopes.check((tape, x) -> Losses.softplus(x[0], -1), 1e-2, shape(20));
        Slopes.check((tape, x) -> Losses.softplus(x[0], 1), 1e-2, shape(20));
    }

    @Test
    void moments() {
        Slopes.check((tape, x) -> Moments.gram(x[0]), 1e-2, shape(2, 5, 3, 4));
        Slopes.check((tape, x) -> Moments.covariance(x[0]), 1e-2, shape(2, 5, 3, 4));
        Slopes.check((tape, x) -> Moments.variance(x[0]), 1e-2, shape(2, 5, 3, 4));
    }

    @Test
    void aVectorWithoutDirectionHasAFiniteUnitVectorAndSlope() {
        try (Tape tape = new Tape()) {
            Node zero = tape.variable(new float[3], 1, 3);
            Node unit = Dense.unit(zero);
            assertThat(unit.value()).containsExactly(0, 0, 0);
            tape.backward(unit, new float[] {1, -1, 0});
            assertThat(zero.gradient()).containsExactly(1e4f, -1e4f, 0);
        }
    }

    @Test
    void structuralSimilarity() {
        int[][] shapes = {{2, 3, 16, 16}, {1, 2, 16, 20}, {2, 1, 8, 9}};
        for (int[] shape : shapes) {
            float[] reference = Slopes.random(5, shape);
            Slopes.check(
                    (tape, x) -> new StructuralSimilarity(Math.min(shape[2], shape[3]), 2)
                            .of(x[0], tape.constant(reference.clone(), shape)),
                    2e-2,
                    shape);
        }
    }

    @Test
    void distancesOfUnitFeatures() {
        float[] reference = Slopes.random(5, 2, 3, 4, 4);
        Slopes.check(
                (tape, x) -> UnitFeatures.distance(
                        x[0], tape.constant(reference.clone(), 2, 3, 4, 4), new float[] {1, 2, 0.5f}),
                1e-2,
                shape(2, 3, 4, 4));
    }

    @Test
    void shapesAndReuse() {
        try (Tape tape = new Tape()) {
            Parameter p = new Parameter("p", new float[] {1, 2, 3, 4}, 2, 2);
            int first = 0;
            for (int step = 0; step < 3; step++) {
                Node node = tape.parameter(p);
                assertThat(tape.parameter(p)).isSameAs(node);
                tape.backward(Arithmetic.mean(tape.reshape(Arithmetic.multiply(node, node), 4)));
                tape.addGradients();
                assertThat(p.gradient()).containsExactly(0.5f, 1, 1.5f, 2);
                Arrays.fill(p.gradient(), 0);
                first = step == 0 ? tape.arrays() : first;
                assertThat(tape.arrays()).isEqualTo(first);
                tape.clear();
            }
            assertThatThrownBy(() -> Arithmetic.add(tape.constant(new float[2], 2), tape.constant(new float[3], 3)))
                    .hasMessageContaining("shapes differ");
        }
    }

    @Test
    void adamFindsTheMinimum() {
        Parameter p = new Parameter("p", new float[] {3, -2}, 2);
        Adam adam = new Adam(0.9, 0.999).add(p, 0.1);
        float[] goal = {1, 1};
        try (Tape tape = new Tape()) {
            for (int step = 0; step < 300; step++) {
                tape.backward(Losses.squares(tape.parameter(p), tape.constant(goal, 2)));
                tape.addGradients();
                adam.clip(1).step(1 - step / 300.0);
                tape.clear();
            }
        }
        assertThat(p.value()[0]).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-2f));
        assertThat(p.value()[1]).isCloseTo(1, org.assertj.core.data.Offset.offset(1e-2f));
    }
}
