package io.github.rewrite4j.samediff.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What statistics draw, and that they hold none of it any longer than they need it. */
class KeyStatisticsTest {
    private final List<Inputs> drawn = new ArrayList<>();
    private final List<Inputs> batches = new ArrayList<>();

    private static boolean freed(Inputs inputs) {
        return inputs.arrays().values().stream().allMatch(INDArray::wasClosed);
    }

    /** Sample i is i + 1 everywhere. */
    private InputSampler sampler(long length) {
        return new InputSampler() {
            @Override
            public Inputs at(List<Sample> samples) {
                assertThat(drawn).allMatch(KeyStatisticsTest::freed);
                INDArray rows = Nd4j.create(DataType.FLOAT, samples.size(), length);
                for (int i = 0; i < samples.size(); i++) {
                    rows.getRow(i).assign(samples.get(i).index() + 1);
                }
                drawn.add(Inputs.of("x", rows));
                return drawn.get(drawn.size() - 1);
            }

            @Override
            public String id() {
                return "counted";
            }
        };
    }

    /** The first number of a sample as a key of one channel. */
    private void firstNumbers(Inputs inputs, Consumer<INDArray> reader) {
        assertThat(batches).allMatch(KeyStatisticsTest::freed);
        batches.add(inputs);
        try (INDArray keys = inputs.get("x").getColumn(0).dup().reshape(inputs.size(), 1, 1, 1)) {
            reader.accept(keys);
        }
    }

    private double moment(int samples, long length, RewriteListener listener) {
        return new KeyStatistics(1, sampler(length), this::firstNumbers)
                .of(samples, 1, listener)
                .matrix()
                .getDouble(0, 0);
    }

    /** The average of the squares of 1 to n. */
    private static double expected(double n) {
        return (n + 1) * (2 * n + 1) / 6;
    }

    @Test
    void smallInputsAreDrawnManyAtOnceAndAllAreFreed() {
        assertThat(moment(2100, 2, RewriteListener.SILENT)).isCloseTo(expected(2100), withinPercentage(1e-4));
        assertThat(drawn).extracting(Inputs::size).containsExactly(16, 1024, 1024, 36);
        assertThat(batches).hasSize(1 + 64 + 64 + 3).allMatch(KeyStatisticsTest::freed);
        assertThat(drawn).allMatch(KeyStatisticsTest::freed);
    }

    @Test
    void largeInputsAreDrawnFewAtOnce() {
        assertThat(moment(100, 50_000, RewriteListener.SILENT)).isCloseTo(expected(100), withinPercentage(1e-4));
        assertThat(drawn).extracting(Inputs::size).containsExactly(16, 32, 32, 20);
    }

    @Test
    void allIsFreedWhenSomebodyCancels() {
        assertThatExceptionOfType(RewriteCancelledException.class)
                .isThrownBy(() -> moment(100, 2, progress -> progress.step() < 32));
        assertThat(batches).hasSize(2).allMatch(KeyStatisticsTest::freed);
        assertThat(drawn).hasSize(2).allMatch(KeyStatisticsTest::freed);
    }
}
