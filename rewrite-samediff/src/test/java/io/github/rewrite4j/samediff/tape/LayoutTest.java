package io.github.rewrite4j.samediff.tape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an operation computes does not depend on the order in which its maps lie in memory. */
class LayoutTest {
    private static final int[] SHAPE = {4, 6, 8, 10};
    private static final float[] NUMBERS = Slopes.random(3, 4, 6);
    private static final float[] MAP = Slopes.random(4, 8, 10);
    private static final float[] KERNEL = Slopes.random(5, 3, 3);

    private static Named<UnaryOperator<Node>> named(String name, UnaryOperator<Node> operation) {
        return Named.of(name, operation);
    }

    private static Node numbers(Node x, int... shape) {
        return x.tape().variable(Arrays.copyOf(NUMBERS, Tape.length(shape)), shape);
    }

    private static Node constant(Node x) {
        return x.tape().constant(Slopes.random(8, SHAPE), SHAPE);
    }

    static Stream<Named<UnaryOperator<Node>>> operations() {
        return Stream.of(
                named("scale", x -> Channels.scale(x, numbers(x, 4, 6))),
                named(
                        "affine",
                        x -> Channels.affine(x, new float[] {1, 2, 3, 4, 5, 6}, new float[] {6, 5, 4, 3, 2, 1})),
                named("leaky rectifier", x -> Channels.biasedLeakyRelu(x, numbers(x, 6), 0.2f, 1.4f)),
                named("rectifier", x -> Channels.biasedLeakyRelu(x, numbers(x, 6), 0, 1)),
                named("bias", x -> Channels.bias(x, numbers(x, 6))),
                named("map", x -> Channels.addMap(x, MAP)),
                named("concat", x -> Channels.concat(x, Arithmetic.scale(x, 2, 1))),
                named("doubled", Grids::doubled),
                named("halved", Grids::halved),
                named("reflected", x -> Grids.reflected(x, 2)),
                named("mean", Grids::mean),
                named("spread", x -> Grids.spread(x, 2)),
                named("spaced", Grids::spaced),
                named("turned", Grids::turned),
                named("filtered", x -> Grids.filtered(x, KERNEL, 1)),
                named("slice", x -> Rows.slice(x, 1, 3)),
                named("rows", x -> Rows.concat(x, Layout.CHANNELS_FIRST.of(Arithmetic.scale(x, 3, 0)))),
                named("sum", x -> Arithmetic.add(x, Layout.CHANNELS_FIRST.of(Arithmetic.scale(x, 3, 0)))),
                named("product", x -> Arithmetic.multiply(Layout.CHANNELS_FIRST.of(x), x)),
                named("gram", Moments::gram),
                named("covariance", Moments::covariance),
                named("variance", Moments::variance),
                named("flat", x -> x.tape().reshape(x, 4, 480)),
                named("squares", x -> Losses.squares(x, constant(x))),
                named("l1", x -> Losses.l1(x, constant(x))),
                named("weighted l1", x -> Losses.weightedL1(x, constant(x), Slopes.random(7, SHAPE))),
                named(
                        "l1 with weights on the tape",
                        x -> Losses.weightedL1(x, constant(x), x.tape().constant(Slopes.random(7, SHAPE), SHAPE))),
                named("weighted squares", x -> Losses.weightedSquares(x, constant(x), Slopes.random(7, SHAPE))),
                named("similarity", x -> new StructuralSimilarity(8, 2)
                        .of(x, x.tape().constant(Slopes.random(8, SHAPE), SHAPE))),
                named(
                        "unit features",
                        x -> UnitFeatures.distance(
                                x, x.tape().constant(Slopes.random(8, SHAPE), SHAPE), new float[] {1, 2, 3, 4, 5, 6})),
                named(
                        "convolution",
                        x -> Convolutions.convolve(
                                x, x.tape().variable(Slopes.random(9, 7, 6, 3, 3), 7, 6, 3, 3), 1, 1)),
                named(
                        "convolution of colours",
                        x -> Convolutions.convolve(
                                x, x.tape().variable(Slopes.random(9, 8, 6, 2, 2), 8, 6, 2, 2), 2, 0)),
                named(
                        "convolution to colours",
                        x -> Convolutions.convolve(
                                x, x.tape().variable(Slopes.random(9, 3, 6, 1, 1), 3, 6, 1, 1), 1, 0)));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void eitherLayoutGivesTheSame(UnaryOperator<Node> operation) {
        List<float[]> results = new ArrayList<>();
        List<float[]> gradients = new ArrayList<>();
        for (Layout layout : Layout.values()) {
            try (Tape tape = new Tape()) {
                Node x = tape.variable(Slopes.random(1, SHAPE), SHAPE);
                Node y = Layout.CHANNELS_FIRST.of(operation.apply(layout.of(x)));
                tape.backward(y, y.rank() == 0 ? new float[] {1} : Slopes.random(2, y.shape()));
                results.add(y.value().clone());
                gradients.add(x.gradient().clone());
            }
        }
        assertSame(results.get(1), results.get(0));
        assertSame(gradients.get(1), gradients.get(0));
    }

    private static void assertSame(float[] actual, float[] expected) {
        assertThat(expected).isNotEqualTo(new float[expected.length]);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-4f * (1 + Math.abs(expected[i]))));
        }
    }

    @Test
    void ordersAreWhatTheirNamesSay() {
        try (Tape tape = new Tape()) {
            Node x = tape.constant(new float[] {1, 2, 3, 4, 5, 6}, 1, 2, 1, 3);
            Node last = Layout.CHANNELS_LAST.of(x);
            assertThat(last.value()).containsExactly(1, 4, 2, 5, 3, 6);
            assertThat(last.shape()).containsExactly(1, 2, 1, 3);
            assertThat(last.toArray()).isEqualTo(x.toArray());
            assertThat(Layout.CHANNELS_FIRST.of(last).value()).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(Layout.CHANNELS_LAST.of(last)).isSameAs(last);
            assertThat(tape.detach(last).layout()).isEqualTo(Layout.CHANNELS_LAST);
            assertThat(HostArrays.of(x.toArray(), Layout.CHANNELS_LAST)).containsExactly(1, 4, 2, 5, 3, 6);
        }
    }

    @Test
    void aRectifierStopsTheGradientWhereItGivesNothing() {
        try (Tape tape = new Tape()) {
            Node x = tape.variable(new float[] {-2, 3, -1, 4}, 1, 4);
            tape.backward(Channels.biasedLeakyRelu(x, tape.constant(new float[4], 4), 0, 2), new float[] {1, 1, 1, 1});
            assertThat(x.gradient()).containsExactly(0, 2, 0, 2);
        }
    }
}
