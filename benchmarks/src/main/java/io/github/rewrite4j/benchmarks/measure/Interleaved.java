package io.github.rewrite4j.benchmarks.measure;

import java.util.Arrays;

/**
 * Wall-clock medians of two tasks that were run in turn.
 *
 * @param ours median milliseconds of the first
 * @param baseline median milliseconds of the second
 * @param rounds how often each ran
 */
record Interleaved(double ours, double baseline, int rounds) {
    /** What is timed; it may throw. */
    @FunctionalInterface
    interface Task {
        void run() throws Exception;
    }

    /** Runs each once to warm up and then in turn. */
    static Interleaved of(int rounds, Task ours, Task baseline) throws Exception {
        ours.run();
        baseline.run();
        double[] mine = new double[rounds];
        double[] theirs = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            mine[i] = milliseconds(ours);
            theirs[i] = milliseconds(baseline);
        }
        return new Interleaved(median(mine), median(theirs), rounds);
    }

    /** The baseline's time over ours. */
    double ratio() {
        return baseline / ours;
    }

    static double milliseconds(Task task) throws Exception {
        long started = System.nanoTime();
        task.run();
        return (System.nanoTime() - started) / 1e6;
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
