package io.github.rewrite4j.samediff.closedform;

import static io.github.rewrite4j.samediff.Matrices.largest;
import static io.github.rewrite4j.samediff.Matrices.random;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.Precision;
import io.github.rewrite4j.samediff.linalg.SecondMoment;
import io.github.rewrite4j.samediff.linalg.StreamedKeyCovariance;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A layer regarded as a memory (Kohonen and Ruohonen 1973; Bau et al. 2020): W stores many pairs K, V as well as it can, and
 * one more pair is written into it. Sizes and spread of keys are those of a layer of the bundled generator.
 */
class LinearMemoryTest {
    private static final int OUT = 48;
    private static final int IN = 96;
    private static final int PAIRS = 400;

    private final Matrix values = random(OUT, PAIRS, 3);

    static LongStream seeds() {
        return LongStream.of(11, 12, 13, 14, 15);
    }

    /** Correlated keys: a random mixture of independent ones. */
    private static Matrix keys(long seed) {
        return random(IN, IN, seed).multiply(random(IN, PAIRS, seed + 100));
    }

    private static StreamedKeyCovariance covariance(Matrix keys) {
        return SecondMoment.ofDimension(IN, Precision.FLOAT64)
                .addColumns(keys.toArray())
                .toCovariance();
    }

    /** W = (V K'/n) C^-1. */
    private Matrix stored(Matrix keys, StreamedKeyCovariance c) {
        Matrix together = keys.multiply(values.transpose()).times(1.0 / PAIRS);
        return Matrix.of(c.solve(together.toArray())).transpose();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void theMemoryOfManyPairsSatisfiesTheNormalEquation(long seed) {
        Matrix keys = keys(seed);
        Matrix moment = keys.multiply(keys.transpose());
        Matrix wanted = values.multiply(keys.transpose());
        assertThat(covariance(keys).conditionNumber()).isGreaterThan(1e3);
        Matrix solved = stored(keys, covariance(keys));
        assertThat(largest(solved.multiply(moment).minus(wanted))).isLessThan(1e-8 * largest(wanted));
        // By the soft form from an empty memory, whose normal equation has gamma W besides.
        Matrix soft = RidgeUpdate.unit(0.5)
                .update(Matrix.of(new double[OUT][IN]), covariance(keys), keys, values)
                .delta();
        assertThat(largest(soft.multiply(moment.plusDiagonal(0.5)).minus(wanted)))
                .isLessThan(1e-8 * largest(wanted));
        assertThat(largest(soft.multiply(moment).minus(wanted))).isGreaterThan(1e-5 * largest(wanted));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void oneMorePairIsMetToTenDigitsAndNoOtherWayOfMeetingItForgetsLess(long seed) {
        Matrix keys = keys(seed);
        StreamedKeyCovariance c = covariance(keys);
        Matrix w0 = stored(keys, c);
        Matrix key = random(IN, 1, seed + 200);
        Matrix value = random(OUT, 1, seed + 300);
        Matrix w1 = ExactUpdate.exact().update(w0, c, key, value).appliedTo(w0);
        assertThat(largest(w1.multiply(key).minus(value))).isLessThan(1e-10);

        double forgotten = forgotten(w1, keys);
        double unit = 1 / Math.sqrt(key.gram().trace());
        for (int other = 0; other < 40; other++) {
            // Steps of all sizes that the new key does not see: any other solution is W1 and one of these.
            Matrix step = random(OUT, IN, 1000 * seed + other).times(Math.pow(10, -other % 5));
            Matrix unseen = step.minus(
                    step.multiply(key).times(unit).multiply(key.transpose().times(unit)));
            Matrix alternative = w1.plus(unseen);
            assertThat(largest(alternative.multiply(key).minus(value))).isLessThan(1e-10);
            assertThat(forgotten(alternative, keys)).isGreaterThan(forgotten);
        }
        // The step of least size meets the pair as well, at a higher price: what C knows is what makes the difference.
        Matrix least = w0.plus(value.minus(w0.multiply(key))
                .times(unit)
                .multiply(key.transpose().times(unit)));
        assertThat(largest(least.multiply(key).minus(value))).isLessThan(1e-10);
        assertThat(forgotten(least, keys)).isGreaterThan(1.01 * forgotten);
    }

    /** |V - W K|^2. */
    private double forgotten(Matrix weights, Matrix keys) {
        return values.minus(weights.multiply(keys)).gram().trace();
    }
}
