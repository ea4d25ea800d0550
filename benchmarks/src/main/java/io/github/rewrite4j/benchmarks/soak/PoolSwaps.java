package io.github.rewrite4j.benchmarks.soak;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.serving.GeneratorPool;
import io.github.rewrite4j.samediff.serving.PoolSettings;
import io.github.rewrite4j.samediff.serving.PoolStatistics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Eight threads draw through a pool that keeps two patched generators, each request with another strength of a patch, so that
 * almost every request swaps one out; and the base is replaced under load a hundred times. Prints the resident memory after each tenth,
 * and fails where the last tenths hold more than a tenth above the third.
 *
 * <pre>
 * java -Xmx512m -cp benchmarks/target/benchmarks.jar io.github.rewrite4j.benchmarks.soak.PoolSwaps 100000
 * </pre>
 */
public final class PoolSwaps {
    private static final int THREADS = 8;
    private static final int REPLACED = 100;
    /** What a tenth may hold more than the third did: what collections leave to the next. */
    private static final double GROWTH = 1.1;

    private PoolSwaps() {}

    /**
     * Runs.
     *
     * @param args number of requests
     */
    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        if (args.length != 1) {
            System.err.println("usage: PoolSwaps REQUESTS");
            System.exit(2);
        }
        ComputeThreads.use(1);
        int requests = Integer.parseInt(args[0]);
        ExecutorService callers = Executors.newFixedThreadPool(THREADS);
        double[] resident = new double[10];
        try (Generator base = BundledGenerator.load();
                Generator other = BundledGenerator.load();
                GeneratorPool pool = GeneratorPool.over(base, new PoolSettings(2, THREADS, 4, 100))) {
            Patch patch = PatchedRequests.patch(base, "layer5");
            AtomicInteger next = new AtomicInteger();
            for (int tenth = 0; tenth < resident.length; tenth++) {
                int until = requests / 10 * (tenth + 1);
                List<Future<?>> work = new ArrayList<>();
                for (int thread = 0; thread < THREADS; thread++) {
                    work.add(callers.submit(() -> {
                        for (int n = next.getAndIncrement(); n < until; n = next.getAndIncrement()) {
                            if (n % Math.max(1, requests / REPLACED) == 0) {
                                pool.replace(n / Math.max(1, requests / REPLACED) % 2 == 0 ? base : other);
                            }
                            request(pool, base, patch, n);
                        }
                        return null;
                    }));
                }
                for (Future<?> each : work) {
                    each.get();
                }
                next.set(until);
                resident[tenth] = ResidentMemory.megabytes();
                System.out.printf(Locale.ROOT, "%,9d requests: %.0f MB resident%n", until, resident[tenth]);
            }
            PoolStatistics counted = pool.statistics();
            System.out.printf(
                    Locale.ROOT,
                    "%,d requests, %d failed, %d kept%n",
                    counted.requests(),
                    counted.failed(),
                    counted.kept());
        } finally {
            callers.shutdownNow();
        }
        double last = Math.max(resident[8], resident[9]);
        boolean flat = last <= GROWTH * resident[2];
        System.out.printf(
                Locale.ROOT, "%s: %.2f times the third tenth%n", flat ? "flat" : "it grows", last / resident[2]);
        System.exit(flat ? 0 : 1);
    }

    private static void request(GeneratorPool pool, Generator generator, Patch patch, int number)
            throws InterruptedException {
        try (Inputs inputs = generator.sample(1, number % 1000)) {
            pool.generate(inputs, List.of(new AppliedPatch(patch, number % 997 / 997.0)))
                    .close();
        }
    }
}
