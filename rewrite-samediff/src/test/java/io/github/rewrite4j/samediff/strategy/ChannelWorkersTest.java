package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.linalg.Matrix;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class ChannelWorkersTest {
    @Test
    void channelsSolvedSideBySideHaveTheBitsOfOneAfterTheOther() {
        InsertionProblem problem = PublishedInsertion.problem(4);
        Preservation preservation =
                new Preservation(Matrix.identity(problem.unknowns()).times(1e-3), 0.2);
        double[][] alone = solved(problem, preservation, 1);
        assertThat(Matrix.of(alone).gram().trace()).isPositive();
        assertThat(solved(problem, preservation, 2)).isDeepEqualTo(alone);
        assertThat(solved(problem, preservation, 5)).isDeepEqualTo(alone);
        assertThat(new LevenbergMarquardt(20)
                        .solve(problem, preservation, RewriteListener.SILENT)
                        .amounts())
                .isDeepEqualTo(alone);
    }

    private static double[][] solved(InsertionProblem problem, Preservation preservation, int count) {
        try (ChannelWorkers<ChannelDescent.Workspace> workers = ChannelWorkers.ofCount(
                count, () -> new ChannelDescent.Workspace(problem.cells(), problem.unknowns()))) {
            return new LevenbergMarquardt(20)
                    .solve(problem, preservation, workers, RewriteListener.SILENT)
                    .amounts();
        }
    }

    @Test
    void everyChannelIsWorkedOnOnceWithBuffersThatNobodyElseHas() {
        AtomicIntegerArray times = new AtomicIntegerArray(40);
        try (ChannelWorkers<AtomicInteger> workers = ChannelWorkers.ofCount(3, AtomicInteger::new)) {
            workers.each(40, (channel, inside) -> {
                assertThat(inside.getAndIncrement()).isZero();
                times.incrementAndGet(channel);
                inside.getAndDecrement();
            });
        }
        for (int channel = 0; channel < times.length(); channel++) {
            assertThat(times.get(channel)).isEqualTo(1);
        }
    }

    @Test
    void whatFailsIsToldAndTheOthersStop() {
        AtomicInteger done = new AtomicInteger();
        try (ChannelWorkers<Object> workers = ChannelWorkers.ofCount(2, Object::new)) {
            assertThatThrownBy(() -> workers.each(10, (channel, nothing) -> {
                        if (channel == 3) {
                            throw new IllegalStateException("three");
                        }
                        done.incrementAndGet();
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("three");
        }
        assertThat(done.get()).isLessThan(10);
    }

    @Test
    void anInterruptCancelsAndLeavesNoThreadAtWork() {
        AtomicInteger done = new AtomicInteger();
        Thread.currentThread().interrupt();
        try (ChannelWorkers<Object> workers = ChannelWorkers.ofCount(2, Object::new)) {
            assertThatThrownBy(() -> workers.each(1000, (channel, nothing) -> done.incrementAndGet()))
                    .isInstanceOf(RewriteCancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        int left = done.get();
        LockSupport.parkNanos(5_000_000);
        assertThat(done.get()).isEqualTo(left);
    }
}
