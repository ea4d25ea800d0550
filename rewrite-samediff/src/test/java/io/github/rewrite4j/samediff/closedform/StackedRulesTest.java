package io.github.rewrite4j.samediff.closedform;

import static io.github.rewrite4j.samediff.Matrices.assertClose;
import static io.github.rewrite4j.samediff.Matrices.inverse;
import static io.github.rewrite4j.samediff.Matrices.largest;
import static io.github.rewrite4j.samediff.Matrices.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.StreamedKeyCovariance;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules of one layer after one another, and together. */
class StackedRulesTest {
    private static final int OUT = 6;
    private static final int IN = 14;
    private static final Matrix W0 = random(OUT, IN, 1);
    private static final Matrix C =
            random(120, IN, 2).multiply(random(IN, IN, 3)).gram().times(1 / 120.0);
    private static final StreamedKeyCovariance COVARIANCE = StreamedKeyCovariance.of(C, 120);
    private static final Matrix EARLIER = random(IN, 5, 4);
    private static final Matrix KEYS = random(IN, 3, 5);
    private static final Matrix VALUES = random(OUT, 3, 6);

    static Stream<ClosedForm> forms() {
        return Stream.of(
                ExactUpdate.exact(),
                RidgeUpdate.of(0.3),
                RidgeUpdate.unit(0.3),
                MemitUpdate.of(0.3),
                new EmmetUpdate(0.5, 0.2));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void earlierKeysKeepTheirValues(ClosedForm form) {
        ClosedForm keeping = KeyNullSpace.of(EARLIER).keeping(form);
        Matrix change = keeping.update(W0, COVARIANCE, KEYS, VALUES).delta();
        assertThat(largest(change.multiply(EARLIER))).isLessThan(1e-11);
        assertThat(largest(change.multiply(KEYS))).isGreaterThan(0.1);
        assertThat(largest(form.update(W0, COVARIANCE, KEYS, VALUES).delta().multiply(EARLIER)))
                .isGreaterThan(0.01);
    }

    @Test
    void whatIsWrittenInTheNullSpaceIsTheConstrainedOptimum() {
        // KKT of min tr(dW C dW') with dW K = R and dW Ke = 0, all constraints at once.
        Matrix residual = VALUES.minus(W0.multiply(KEYS));
        Matrix all = Matrix.beside(List.of(KEYS, EARLIER));
        Matrix wanted = Matrix.beside(List.of(residual, Matrix.of(OUT, 5, new double[OUT * 5])));
        Matrix solved = inverse(C).multiply(all);
        Matrix expected =
                wanted.multiply(inverse(all.transposeMultiply(solved))).multiply(solved.transpose());
        Matrix change = KeyNullSpace.of(EARLIER)
                .keeping(ExactUpdate.exact())
                .update(W0, COVARIANCE, KEYS, VALUES)
                .delta();
        assertClose(change, expected, 1e-8);
    }

    @Test
    void mostOfTheKeysLeavesMoreRoom() {
        Matrix large = Matrix.beside(List.of(EARLIER.times(100), random(IN, IN, 7)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyNullSpace.of(large))
                .withMessageContaining("span all 14 directions")
                .withMessageContaining("ofMost");
        KeyNullSpace most = KeyNullSpace.ofMost(large, 0.99);
        assertThat(most.room()).isEqualTo(IN - 5);
        assertThat(KeyNullSpace.ofMost(large, 0).room()).isEqualTo(IN);
        assertThat(KeyNullSpace.of(EARLIER).room()).isEqualTo(IN - 5);
        assertThat(KeyNullSpace.of(Matrix.beside(List.of(EARLIER, EARLIER))).room())
                .isEqualTo(IN - 5);
        assertThatIllegalArgumentException().isThrownBy(() -> KeyNullSpace.ofMost(large, 1));
    }

    @Test
    void whatIsDecidedAlreadyCannotBeChosen() {
        Matrix inside = EARLIER.multiply(random(5, 1, 8));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyNullSpace.of(EARLIER)
                        .keeping(RidgeUpdate.of(1))
                        .update(W0, COVARIANCE, inside, random(OUT, 1, 9)))
                .withMessageContaining("combination of the keys that are kept");
        SelectedKeys context = SelectedKeys.of(random(20, IN, 10), weights(20));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> KeyNullSpace.of(EARLIER).directions(ContextDirections.zca(), COVARIANCE, context, IN - 4))
                .withMessageContaining("they leave 9 of 14 directions");
        Matrix directions = KeyNullSpace.of(EARLIER).directions(ContextDirections.zca(), COVARIANCE, context, IN - 5);
        assertThat(largest(directions.multiply(EARLIER))).isLessThan(1e-11);
        assertClose(directions.multiply(directions.transpose()), Matrix.identity(IN - 5), 1e-10);
    }

    @ParameterizedTest
    @MethodSource("forms")
    void rulesWithOrthogonalKeysAreTheSameTogetherAndApart(ClosedForm form) {
        // C-orthogonal for forms priced by C, orthogonal for the one that is priced by the identity.
        boolean plain = form instanceof RidgeUpdate ridge && ridge.unit();
        Matrix metric = plain ? Matrix.identity(IN) : C;
        Matrix other = orthogonalTo(KEYS, inverse(metric));
        JointRules.Rule first = JointRules.Rule.of(KEYS, VALUES);
        JointRules.Rule second = JointRules.Rule.of(other, random(OUT, 2, 12));
        Matrix together = new JointRules(List.of(first, second))
                .update(form, W0, COVARIANCE)
                .delta();
        Matrix apart = form.update(W0, COVARIANCE, first.keys(), first.values())
                .delta()
                .plus(form.update(W0, COVARIANCE, second.keys(), second.values())
                        .delta());
        assertClose(together, apart, 1e-8);

        JointRules.Rule alike = JointRules.Rule.of(KEYS.plus(random(IN, 3, 13).times(0.2)), random(OUT, 3, 14));
        Matrix meeting = new JointRules(List.of(first, alike))
                .update(form, W0, COVARIANCE)
                .delta();
        Matrix sum = form.update(W0, COVARIANCE, first.keys(), first.values())
                .delta()
                .plus(form.update(W0, COVARIANCE, alike.keys(), alike.values()).delta());
        assertThat(largest(meeting.minus(sum))).isGreaterThan(0.01);
    }

    @ParameterizedTest
    @MethodSource("forms")
    void partsAddUpAndLeaveTheOthersAlone(ClosedForm form) {
        Matrix other = random(IN, 4, 15);
        JointRules rules = new JointRules(
                List.of(new JointRules.Rule(KEYS, VALUES, 2), new JointRules.Rule(other, random(OUT, 4, 16), 0.5)));
        List<LinearUpdate> parts = rules.parts(form, W0, COVARIANCE);
        assertClose(
                parts.get(0).delta().plus(parts.get(1).delta()),
                rules.update(form, W0, COVARIANCE).delta(),
                1e-9);
        double kept = largest(parts.get(0).delta().multiply(other));
        if (form instanceof ExactUpdate) {
            assertThat(kept).isLessThan(1e-9);
            assertClose(parts.get(0).appliedTo(W0).multiply(KEYS), VALUES, 1e-9);
        } else {
            assertThat(kept)
                    .isLessThan(largest(
                            form.update(W0, COVARIANCE, KEYS, VALUES).delta().multiply(other)));
        }
    }

    @Test
    void aWeightPullsTheCompromiseToItsRule() {
        Matrix wanted = random(OUT, 3, 17);
        JointRules.Rule heavy = new JointRules.Rule(KEYS, VALUES, 1000);
        JointRules.Rule light = new JointRules.Rule(KEYS, wanted, 1);
        Matrix after = new JointRules(List.of(heavy, light))
                .update(RidgeUpdate.of(1e-6), W0, COVARIANCE)
                .appliedTo(W0);
        assertClose(after.multiply(KEYS), VALUES.times(1000 / 1001.0).plus(wanted.times(1 / 1001.0)), 1e-4);
        assertThatIllegalArgumentException().isThrownBy(() -> new JointRules(List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JointRules(List.of(
                        JointRules.Rule.of(KEYS, VALUES), JointRules.Rule.of(random(3, 1, 1), random(OUT, 1, 1)))))
                .withMessageContaining("of one layer");
    }

    private static double[] weights(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Two keys k with {@code keys' metric k = 0}. */
    private static Matrix orthogonalTo(Matrix keys, Matrix metric) {
        Matrix any = random(IN, 2, 11);
        Matrix gram = keys.transposeMultiply(metric).multiply(keys);
        Matrix part = inverse(gram).multiply(keys.transposeMultiply(metric).multiply(any));
        return any.minus(keys.multiply(part));
    }
}
