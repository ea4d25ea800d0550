package io.github.rewrite4j.samediff.correspondence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.metric.RandomFeatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BestBuddiesTest {
    private static final int SIDE = 64;
    private static final BestBuddies BUDDIES = BestBuddies.through(RandomFeatures.seeded(1));

    /** Blobs of colour everywhere, as a function of the place, so that it can be looked at through any map. */
    private static INDArray drawn(DoubleBinaryOperator row, DoubleBinaryOperator column) {
        Random random = new Random(5);
        float[] values = new float[3 * SIDE * SIDE];
        for (int blob = 0; blob < 90; blob++) {
            double y = 110 * random.nextDouble() - 23;
            double x = 110 * random.nextDouble() - 23;
            double radius = 2 + 5 * random.nextDouble();
            float[] colour = {random.nextFloat() - 0.5f, random.nextFloat() - 0.5f, random.nextFloat() - 0.5f};
            for (int i = 0; i < SIDE * SIDE; i++) {
                double v = row.applyAsDouble(Math.floorDiv(i, SIDE), i % SIDE) - y;
                double u = column.applyAsDouble(Math.floorDiv(i, SIDE), i % SIDE) - x;
                float weight = (float) Math.exp(-(v * v + u * u) / (radius * radius));
                for (int c = 0; c < 3; c++) {
                    values[c * SIDE * SIDE + i] += 2 * colour[c] * weight;
                }
            }
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(-1, Math.min(1, values[i]));
        }
        return Nd4j.create(values, new long[] {3, SIDE, SIDE}, 'c');
    }

    private static double shareWithin(List<BestBuddy> pairs, DoubleBinaryOperator row, DoubleBinaryOperator column) {
        // What the second picture shows at a place is at (row, column) of the first.
        return pairs.stream()
                        .filter(p -> Math.hypot(
                                        row.applyAsDouble(p.otherRow(), p.otherColumn()) - p.row(),
                                        column.applyAsDouble(p.otherRow(), p.otherColumn()) - p.column())
                                <= 3)
                        .count()
                / (double) pairs.size();
    }

    private static void recovers(DoubleBinaryOperator row, DoubleBinaryOperator column) {
        INDArray plain = drawn((y, x) -> y, (y, x) -> x);
        List<BestBuddy> pairs = BUDDIES.between(plain, drawn(row, column));
        assertThat(pairs).hasSizeGreaterThanOrEqualTo(10).hasSizeLessThanOrEqualTo(20);
        assertThat(shareWithin(pairs, row, column)).isGreaterThanOrEqualTo(0.8);
        assertThat(pairs).isSortedAccordingTo((a, b) -> Double.compare(b.rank(), a.rank()));
    }

    @Test
    void a_shift_is_recovered() {
        recovers((y, x) -> y - 6, (y, x) -> x + 4);
    }

    @Test
    void an_affine_map_is_recovered() {
        double angle = Math.toRadians(6);
        recovers(
                (y, x) -> 1.05 * (Math.cos(angle) * (y - 32) - Math.sin(angle) * (x - 32)) + 33,
                (y, x) -> 1.05 * (Math.sin(angle) * (y - 32) + Math.cos(angle) * (x - 32)) + 30);
    }

    /** One wrong pair among those of a turned and scaled picture: a similarity keeps angles, an affine map does not. */
    @Test
    void similarities_turn_and_scale_and_stretch_nothing() {
        List<BestBuddy> pairs = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            double y = 8 + 20 * (i / 3);
            double x = 8 + 20 * (i % 3);
            pairs.add(new BestBuddy(y, x, 5 + 0.9 * y + 0.3 * x, 2 - 0.3 * y + 0.9 * x, 1));
        }
        MovingLeastSquares exact = MovingLeastSquares.similarity(pairs);
        double[] there = exact.at(17, 51);
        assertThat(there[0]).isCloseTo(5 + 0.9 * 17 + 0.3 * 51, within(1e-9));
        assertThat(there[1]).isCloseTo(2 - 0.3 * 17 + 0.9 * 51, within(1e-9));
        assertThat(exact.reversed().at(there[0], there[1])[1]).isCloseTo(51, within(1e-9));
        pairs.set(8, new BestBuddy(48, 48, 70, 3, 1));
        assertThat(aspect(MovingLeastSquares.similarity(pairs))).isCloseTo(1, within(0.1));
        assertThat(aspect(new MovingLeastSquares(pairs))).isGreaterThan(1.3);
        double[] shifted = MovingLeastSquares.similarity(pairs.subList(0, 1)).at(20, 30);
        assertThat(shifted[0] - 20).isCloseTo(pairs.get(0).otherRow() - 8, within(1e-9));
    }

    /** How much longer a step down becomes than a step to the right, far away from the pairs. */
    private static double aspect(MovingLeastSquares field) {
        double[] at = field.at(200, 200);
        double[] down = field.at(200.01, 200);
        double[] right = field.at(200, 200.01);
        return Math.hypot(down[0] - at[0], down[1] - at[1]) / Math.hypot(right[0] - at[0], right[1] - at[1]);
    }

    @Test
    void moving_least_squares_meet_the_pairs_and_are_affine_where_those_are() {
        List<BestBuddy> pairs = List.of(buddy(10, 10), buddy(10, 50), buddy(50, 12), buddy(40, 44));
        MovingLeastSquares field = new MovingLeastSquares(pairs);
        for (BestBuddy pair : pairs) {
            assertThat(field.at(pair.row(), pair.column())[0]).isCloseTo(pair.otherRow(), within(1e-9));
        }
        for (int i = 0; i < 64; i += 9) {
            double[] there = field.at(i, 63 - i);
            assertThat(there[0]).isCloseTo(row(i, 63 - i), within(1e-6));
            assertThat(there[1]).isCloseTo(column(i, 63 - i), within(1e-6));
            double[] back = field.reversed().at(there[0], there[1]);
            assertThat(back[0]).isCloseTo(i, within(1e-6));
        }
        double[] shifted = new MovingLeastSquares(pairs.subList(0, 1)).at(20, 30);
        assertThat(shifted[0] - 20).isCloseTo(pairs.get(0).otherRow() - 10, within(1e-9));
        assertThatIllegalArgumentException().isThrownBy(() -> new MovingLeastSquares(List.of()));
    }

    private static double row(double y, double x) {
        return 1.1 * y + 0.2 * x - 3;
    }

    private static double column(double y, double x) {
        return -0.15 * y + 0.9 * x + 5;
    }

    private static BestBuddy buddy(double y, double x) {
        return new BestBuddy(y, x, row(y, x), column(y, x), 1);
    }

    @Test
    void an_object_follows_its_place_and_where_nothing_corresponds_the_picture_stays_and_is_counted() {
        INDArray plain = drawn((y, x) -> y, (y, x) -> x);
        INDArray shifted = drawn((y, x) -> y - 5, (y, x) -> x - 3);
        INDArray grey = Nd4j.zeros(3, SIDE, SIDE);
        INDArray with = plain.dup();
        for (int y = 24; y < 36; y++) {
            for (int x = 20; x < 32; x++) {
                with.putScalar(0, y, x, 1);
                with.putScalar(1, y, x, -1);
                with.putScalar(2, y, x, -1);
            }
        }
        Exemplar square = Exemplar.ofPair(with, plain);
        BestBuddyPaste paste = new BestBuddyPaste(BUDDIES, Blending.NAIVE);
        BestBuddyPaste.Pasted pasted = paste.onto(square, Nd4j.stack(0, shifted, grey));
        assertThat(pasted.failures()).containsExactly(1);
        assertThat(pasted.images().slice(1).dup('c')).isEqualTo(grey);
        INDArray red = pasted.images().slice(0);
        // The square was at rows 24 to 36 and columns 20 to 32, and everything moved by 5 and 3.
        assertThat(red.getDouble(0, 35, 29)).isGreaterThan(0.9);
        assertThat(red.getDouble(1, 35, 29)).isLessThan(-0.9);
        assertThat(red.getDouble(1, 10, 10)).isEqualTo(shifted.getDouble(1, 10, 10));
    }

    @Test
    void poisson_keeps_the_outside_and_solves_to_a_thousandth() {
        INDArray into = drawn((y, x) -> y, (y, x) -> x).mul(0.4);
        INDArray part = drawn((y, x) -> x, (y, x) -> y).mul(0.4);
        io.github.rewrite4j.edit.Mask mask =
                Region.ellipse(30, 0, 20, 18).onImage(SIDE, SIDE).hard();
        INDArray blended = Blending.POISSON.of(into, part, mask);
        float[] a = floats(into);
        float[] b = floats(blended);
        float[] m = floats(mask.toArray());
        int outside = 0;
        for (int i = 0; i < a.length; i++) {
            if (m[i % m.length] == 0) {
                assertThat(b[i]).isEqualTo(a[i]);
                outside++;
            }
        }
        assertThat(outside).isGreaterThan(a.length / 3);
        assertThat(PoissonSystem.of(m, SIDE, SIDE)
                        .residual(
                                a, floats(part), PoissonSystem.of(m, SIDE, SIDE).solve(a, floats(part))))
                .isLessThan(1e-3);
        // A part that differs by a constant alone is put in as if it did not.
        INDArray lighter = Blending.POISSON.of(into, into.add(0.3), mask);
        assertThat(lighter.sub(into).amaxNumber().doubleValue()).isLessThan(1e-3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Blending.POISSON.of(into, part, Region.full().onImage(SIDE, SIDE)))
                .withMessageContaining("no rim");
    }

    @Test
    void laplacian_pyramids_give_back_what_they_were_made_of_and_blend_softly() {
        INDArray into = drawn((y, x) -> y, (y, x) -> x).mul(0.9);
        INDArray part = drawn((y, x) -> x, (y, x) -> y).mul(0.9);
        io.github.rewrite4j.edit.Mask half = Region.rectangle(0, 0, 32, 64).onImage(SIDE, SIDE);
        assertThat(Blending.LAPLACIAN
                        .of(into, into, half)
                        .sub(into)
                        .amaxNumber()
                        .doubleValue())
                .isLessThan(1e-5);
        INDArray blended = Blending.LAPLACIAN.of(into, part, half);
        assertThat(blended.getDouble(0, 32, 63)).isCloseTo(into.getDouble(0, 32, 63), within(0.15));
        assertThat(blended.getDouble(0, 32, 0)).isCloseTo(part.getDouble(0, 32, 0), within(0.15));
        // The step at the seam is smaller than that of naive pasting.
        double seam = 0;
        double naive = 0;
        INDArray pasted = Blending.NAIVE.of(into, part, half);
        for (int y = 0; y < SIDE; y++) {
            seam += Math.abs(blended.getDouble(0, y, 31) - blended.getDouble(0, y, 32));
            naive += Math.abs(pasted.getDouble(0, y, 31) - pasted.getDouble(0, y, 32));
        }
        assertThat(seam).isLessThan(naive / 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Blending.NAIVE.of(into, Nd4j.zeros(3, 32, 32), half))
                .withMessageContaining("one size");
    }

    private static float[] floats(INDArray array) {
        return array.dup('c').data().asFloat();
    }
}
