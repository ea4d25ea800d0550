package io.github.rewrite4j.benchmarks;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.benchmarks.soak.PatchedRequests;
import io.github.rewrite4j.event.CacheEvent;
import io.github.rewrite4j.event.EditEvent;
import io.github.rewrite4j.event.GenerationEvent;
import io.github.rewrite4j.event.StatisticsEvent;
import io.github.rewrite4j.event.StepEvent;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.serving.GeneratorPool;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import jdk.jfr.Event;
import jdk.jfr.Recording;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a pool adds to drawing a patched image, and what recording its events adds, in rounds that take turns: the same image by the
 * patched generator itself, through a pool that keeps it, and through the pool while all events are recorded. Medians of processor time of
 * the calling thread; events are also timed alone. Targets: a pool below 5 %, events below 1 %.
 *
 * <pre>
 * java -cp benchmarks/target/benchmarks.jar io.github.rewrite4j.benchmarks.ServingOverhead 2000
 * </pre>
 */
public final class ServingOverhead {
    private static final int BLOCK = 16;
    private static final int EVENTS = 100_000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ServingOverhead() {}

    /**
     * Measures.
     *
     * @param args rounds
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 1) {
            System.err.println("usage: ServingOverhead ROUNDS");
            System.exit(2);
        }
        int blocks = Math.max(1, Integer.parseInt(args[0]) / BLOCK);
        ComputeThreads.use(1);
        try (Generator base = BundledGenerator.load();
                GeneratorPool pool = GeneratorPool.over(base);
                Inputs inputs = base.sample(1, 3)) {
            Patch patch = PatchedRequests.patch(base, "layer5");
            List<AppliedPatch> patches = List.of(new AppliedPatch(patch, 0.5));
            try (Generator patched = base.with(patch, 0.5)) {
                double[] direct = new double[blocks * BLOCK];
                double[] pooled = new double[blocks * BLOCK];
                double[] recorded = new double[blocks * BLOCK];
                for (int round = -blocks * BLOCK / 4; round < blocks * BLOCK; round++) {
                    int at = Math.max(0, round);
                    direct[at] = milliseconds(() -> patched.generate(inputs));
                    pooled[at] = milliseconds(() -> pool.generate(inputs, patches));
                    if (round >= 0 && round % BLOCK == 0) {
                        try (Recording recording = recording()) {
                            recording.start();
                            for (int i = 0; i < BLOCK; i++) {
                                patched.generate(inputs).close();
                                recorded[at + i] = milliseconds(() -> pool.generate(inputs, patches));
                            }
                        }
                    }
                }
                double alone = median(direct);
                double event = event();
                System.out.printf(
                        Locale.ROOT,
                        "an image by its generator %.3f ms, through the pool %.3f (%+.1f %%), with all events recorded %.3f%n",
                        alone,
                        median(pooled),
                        100 * (median(pooled) / alone - 1),
                        median(recorded));
                System.out.printf(
                        Locale.ROOT,
                        "a recorded event %.0f ns; one for an image: %.3f %% of it%n",
                        event * 1e6,
                        100 * event / alone);
            }
        }
    }

    /** Of one event that is recorded, in milliseconds. */
    private static double event() {
        double[] times = new double[9];
        try (Recording recording = recording()) {
            recording.start();
            for (int i = 0; i < times.length; i++) {
                long begin = THREADS.getCurrentThreadCpuTime();
                for (int n = 0; n < EVENTS; n++) {
                    GenerationEvent.started().drawn(1, 1);
                }
                times[i] = (THREADS.getCurrentThreadCpuTime() - begin) * 1e-6 / EVENTS;
            }
        }
        return median(times);
    }

    private static Recording recording() {
        Recording recording = new Recording();
        for (Class<? extends Event> event : List.of(
                GenerationEvent.class, StatisticsEvent.class, EditEvent.class, CacheEvent.class, StepEvent.class)) {
            recording.enable(event).withoutThreshold();
        }
        recording.setMaxSize(1 << 24);
        return recording;
    }

    @FunctionalInterface
    private interface Drawing {
        INDArray draw() throws InterruptedException;
    }

    private static double milliseconds(Drawing drawing) throws InterruptedException {
        long begin = THREADS.getCurrentThreadCpuTime();
        drawing.draw().close();
        return (THREADS.getCurrentThreadCpuTime() - begin) * 1e-6;
    }

    private static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
