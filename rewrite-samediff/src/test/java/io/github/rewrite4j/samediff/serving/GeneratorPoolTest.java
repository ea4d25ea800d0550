package io.github.rewrite4j.samediff.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.FingerprintMismatchException;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Differences;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.api.ndarray.INDArray;

@Timeout(300)
final class GeneratorPoolTest {
    private static final double ROUNDING = 2e-5;
    private static Generator avatars;
    private static List<Patch> patches;
    private final ExecutorService callers = Executors.newFixedThreadPool(8);

    @BeforeAll
    static void load() {
        avatars = Avatars.load();
        patches = List.of(
                Avatars.patch(avatars, "layer3", 1),
                Avatars.patch(avatars, "layer5", 2),
                Avatars.patch(avatars, "layer6", 3));
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    @AfterEach
    void stop() {
        callers.shutdownNow();
    }

    @Test
    void aRequestGetsWhatItsPatchesDraw() throws Exception {
        try (GeneratorPool pool = GeneratorPool.over(avatars);
                Inputs inputs = avatars.sample(2, 3)) {
            assertThat(Differences.largest(pool.generate(inputs), avatars.generate(inputs)))
                    .isZero();
            try (Generator patched = avatars.with(patches.get(0), 0.5).with(patches.get(1), 0.7)) {
                INDArray expected = patched.generate(inputs);
                INDArray drawn = pool.generate(
                        inputs,
                        List.of(
                                new AppliedPatch(patches.get(1), 0.4),
                                new AppliedPatch(patches.get(0), 0.5),
                                new AppliedPatch(patches.get(1), 0.3)));
                assertThat(Differences.largest(drawn, expected)).isLessThan(ROUNDING);
            }
        }
    }

    @Test
    void patchedGeneratorsAreKeptByLeastRecentUse() throws Exception {
        try (GeneratorPool pool =
                        GeneratorPool.over(avatars, PoolSettings.defaults().withKept(2));
                Inputs inputs = avatars.sample(1, 3)) {
            for (int patch : new int[] {0, 1, 0, 2, 0, 1}) {
                pool.generate(inputs, full(patch)).close();
            }
            PoolStatistics statistics = pool.statistics();
            // 0 and 1 are derived; 0 is found; 2 takes the place of 1; 0 is found; 1 takes the place of 2.
            assertThat(statistics.hits()).isEqualTo(2);
            assertThat(statistics.misses()).isEqualTo(4);
            assertThat(statistics.evictions()).isEqualTo(2);
            assertThat(statistics.kept()).isEqualTo(2);
        }
    }

    @Test
    void requestsThatShareTheirPatchesAreDrawnTogether() throws Exception {
        PoolSettings one = new PoolSettings(4, 1, 8, 100);
        Held held = new Held(avatars);
        try (GeneratorPool pool = GeneratorPool.over(held, one);
                Inputs inputs = avatars.sample(7, 3)) {
            List<Future<INDArray>> answers = new ArrayList<>();
            answers.add(callers.submit(() -> pool.generate(inputs.slice(0, 1))));
            waitUntil(() -> pool.statistics().running() == 1);
            for (int i = 1; i < 7; i++) {
                int row = i;
                List<AppliedPatch> wanted = row % 2 == 0 ? full(0) : List.of();
                answers.add(callers.submit(() -> pool.generate(inputs.slice(row, row + 1), wanted)));
                waitUntil(() -> pool.statistics().waiting() == row);
            }
            held.letAll();
            try (Generator patched = avatars.with(patches.get(0))) {
                for (int i = 0; i < 7; i++) {
                    Generator judge = i > 0 && i % 2 == 0 ? patched : avatars;
                    try (Inputs row = inputs.slice(i, i + 1)) {
                        assertThat(Differences.largest(answers.get(i).get(), judge.generate(row)))
                                .isLessThan(ROUNDING);
                    }
                }
            }
            PoolStatistics statistics = pool.statistics();
            assertThat(statistics.batches()).isEqualTo(3);
            assertThat(statistics.images()).isEqualTo(7);
            assertThat(statistics.requests()).isEqualTo(7);
        }
    }

    @Test
    void oneBadRequestDoesNotSpoilTheBatchOfOthers() throws Exception {
        Held held = new Held(avatars);
        try (GeneratorPool pool = GeneratorPool.over(held, new PoolSettings(4, 1, 8, 100));
                Inputs inputs = avatars.sample(2, 3)) {
            Future<INDArray> first = callers.submit(() -> pool.generate(inputs.slice(0, 1)));
            waitUntil(() -> pool.statistics().running() == 1);
            Future<INDArray> bad = callers.submit(() -> {
                Inputs nonsense = inputs.slice(1, 2);
                nonsense.arrays().values().forEach(array -> array.assign(Float.NaN));
                return pool.generate(nonsense);
            });
            waitUntil(() -> pool.statistics().waiting() == 1);
            Future<INDArray> good = callers.submit(() -> pool.generate(inputs.slice(1, 2)));
            waitUntil(() -> pool.statistics().waiting() == 2);
            held.letAll();
            assertThat(first.get().size(0)).isOne();
            assertThat(good.get().size(0)).isOne();
            assertThatThrownBy(bad::get)
                    .isInstanceOf(ExecutionException.class)
                    .rootCause()
                    .hasMessageContaining("NaN");
            assertThat(pool.statistics().failed()).isOne();
        }
    }

    @Test
    void whoeverGivesUpWhileDrawingForOthersTakesNobodyAlong() throws Exception {
        Held held = new Held(avatars);
        try (GeneratorPool pool = GeneratorPool.over(held, new PoolSettings(4, 1, 8, 8));
                Inputs inputs = avatars.sample(1, 3)) {
            Future<INDArray> before = callers.submit(() -> pool.generate(inputs));
            waitUntil(() -> pool.statistics().running() == 1);
            Future<INDArray> first = callers.submit(() -> pool.generate(inputs));
            waitUntil(() -> pool.statistics().waiting() == 1);
            Future<INDArray> second = callers.submit(() -> pool.generate(inputs));
            waitUntil(() -> pool.statistics().waiting() == 2);
            held.letOne();
            assertThat(before.get().size(0)).isOne();
            waitUntil(
                    () -> pool.statistics().running() == 1 && pool.statistics().waiting() == 0);
            first.cancel(true);
            held.letAll();
            assertThat(second.get().size(0)).isOne();
        }
    }

    @Test
    void aWaitingRequestCanBeGivenUpAndTooManyAreRefused() throws Exception {
        Held held = new Held(avatars);
        try (GeneratorPool pool = GeneratorPool.over(held, new PoolSettings(4, 1, 1, 1));
                Inputs inputs = avatars.sample(1, 3)) {
            Future<INDArray> running = callers.submit(() -> pool.generate(inputs));
            waitUntil(() -> pool.statistics().running() == 1);
            Future<INDArray> waiting = callers.submit(() -> pool.generate(inputs));
            waitUntil(() -> pool.statistics().waiting() == 1);
            assertThatThrownBy(() -> pool.generate(inputs))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("1 requests waiting");
            waiting.cancel(true);
            waitUntil(() -> pool.statistics().waiting() == 0);
            assertThat(pool.statistics().cancelled()).isOne();
            held.letAll();
            assertThat(running.get().size(0)).isOne();
            assertThat(pool.generate(inputs).size(0)).isOne();
        }
    }

    @Test
    void theBaseIsReplacedUnderLoad() throws Exception {
        CountDownLatch swapped = new CountDownLatch(1);
        try (GeneratorPool pool =
                        GeneratorPool.over(avatars, PoolSettings.defaults().withConcurrent(2));
                Generator other = avatars.with(patches.get(2));
                Inputs inputs = avatars.sample(1, 3)) {
            INDArray before = avatars.generate(inputs);
            INDArray after = other.generate(inputs);
            List<Future<Integer>> answers = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                answers.add(callers.submit(() -> {
                    int fresh = 0;
                    for (int i = 0; i < 20; i++) {
                        try (INDArray drawn = pool.generate(inputs)) {
                            boolean old = Differences.largest(drawn, before) < ROUNDING;
                            assertThat(old || Differences.largest(drawn, after) < ROUNDING)
                                    .isTrue();
                            fresh += old ? 0 : 1;
                        }
                        if (i == 5) {
                            swapped.countDown();
                        }
                    }
                    return fresh;
                }));
            }
            swapped.await();
            pool.replace(other);
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isPositive();
            }
            try (INDArray drawn = pool.generate(inputs)) {
                assertThat(Differences.largest(drawn, after)).isLessThan(ROUNDING);
            }
        }
    }

    /** The hundred thousand of the soak profile in small: what is swapped out is closed, and nothing is closed that is in use. */
    @Test
    void twoThousandSwapsByEightThreads() throws Exception {
        Counting counted = new Counting(avatars);
        try (GeneratorPool pool = GeneratorPool.over(counted, new PoolSettings(2, 8, 4, 100));
                Inputs inputs = avatars.sample(1, 3)) {
            List<Callable<Void>> work = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int offset = thread;
                work.add(() -> {
                    for (int i = 0; i < 250; i++) {
                        pool.generate(inputs, List.of(new AppliedPatch(patches.get((i + offset) % 3), 1 + i % 5)))
                                .close();
                    }
                    return null;
                });
            }
            for (Future<Void> done : callers.invokeAll(work)) {
                done.get();
            }
            assertThat(pool.statistics().requests()).isEqualTo(2000);
            assertThat(pool.statistics().failed()).isZero();
            assertThat(pool.statistics().kept()).isEqualTo(2);
        }
        // All that the pool derived is closed with it.
        assertThat(counted.open()).isOne();
    }

    @Test
    void aClosedPoolSaysSo() throws Exception {
        GeneratorPool pool = GeneratorPool.over(avatars);
        try (Inputs inputs = avatars.sample(1, 3)) {
            pool.generate(inputs).close();
            pool.close();
            pool.close();
            assertThatThrownBy(() -> pool.generate(inputs))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
            assertThat(avatars.generate(inputs).size(0)).isOne();
        }
    }

    @Test
    void aPatchOfAnotherGeneratorIsRefusedAndTheNextRequestServed() throws Exception {
        Patch stranger = new Patch("0".repeat(64), patches.get(0).deltas(), Map.of());
        try (GeneratorPool pool = GeneratorPool.over(avatars);
                Inputs inputs = avatars.sample(1, 3)) {
            assertThatThrownBy(() -> pool.generate(inputs, List.of(new AppliedPatch(stranger, 1))))
                    .isInstanceOf(FingerprintMismatchException.class);
            assertThat(pool.generate(inputs, full(0)).size(0)).isOne();
            assertThat(pool.statistics().kept()).isOne();
        }
    }

    private static List<AppliedPatch> full(int patch) {
        return List.of(new AppliedPatch(patches.get(patch), 1));
    }

    /** However long it takes; what never comes ends with the time of the class. */
    private static void waitUntil(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            Thread.sleep(2);
        }
    }
}
