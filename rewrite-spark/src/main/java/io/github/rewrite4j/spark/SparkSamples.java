package io.github.rewrite4j.spark;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.latent.LatentSamples;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;

/**
 * A range of samples of a generator, cut into tasks.
 *
 * <p>Cuts lie at multiples of {@value #BLOCK} samples, and batches are counted from there: whatever the number of tasks, every
 * batch is drawn and summed alike, so that only the order of float64 additions differs. The driver walks along the random stream
 * once and hands each task the place where it begins (2.5 KB).
 */
public final class SparkSamples {
    /** Samples that always belong to one task. */
    public static final int BLOCK = 256;

    /** Tasks for each core, so that a slow one does not hold up all. */
    private static final int TASKS_PER_CORE = 4;

    private final JavaSparkContext spark;
    private final SparkGenerator generator;
    private final long seed;
    private final int from;
    private final int to;
    private final int tasks;

    private SparkSamples(JavaSparkContext spark, SparkGenerator generator, long seed, int from, int to, int tasks) {
        this.spark = spark;
        this.generator = generator;
        this.seed = seed;
        this.from = from;
        this.to = to;
        this.tasks = tasks;
    }

    /**
     * Samples {@code from} (inclusive) to {@code to} (exclusive) of a seed.
     *
     * @param from a multiple of {@value #BLOCK}
     * @throws IllegalArgumentException if there are none, the first is not at a block, or the last cannot be reached
     */
    public static SparkSamples of(JavaSparkContext spark, SparkGenerator generator, long seed, int from, int to) {
        Objects.requireNonNull(spark, "spark");
        Objects.requireNonNull(generator, "generator");
        if (to <= from || from < 0 || from % BLOCK != 0) {
            throw new IllegalArgumentException("A range begins at a multiple of " + BLOCK
                    + " and has at least one sample, but asked for were samples " + from + " to " + to + ".");
        }
        generator.here().sampler().requireReachable(new Sample(seed, to - 1));
        return new SparkSamples(spark, generator, seed, from, to, TASKS_PER_CORE * spark.defaultParallelism());
    }

    /** The first {@code samples} of a seed. */
    public static SparkSamples first(JavaSparkContext spark, SparkGenerator generator, int samples, long seed) {
        return of(spark, generator, seed, 0, samples);
    }

    /** Cut into at most this many tasks; four for each core of the cluster by default. */
    public SparkSamples tasks(int number) {
        if (number < 1) {
            throw new IllegalArgumentException("There is at least one task, not " + number + ".");
        }
        return new SparkSamples(spark, generator, seed, from, to, number);
    }

    /** What one task makes of its samples; runs on an executor, maybe more than once. */
    @FunctionalInterface
    public interface Task<T extends Serializable> extends Serializable {
        T on(Generator generator, SampleBlock samples) throws Exception;
    }

    /** A task's results, one for each task, in the order of the samples. */
    public <T extends Serializable> List<T> map(Task<T> task) {
        Objects.requireNonNull(task, "task");
        SparkGenerator sent = generator;
        return blocks().map(block -> run(sent, task, block)).collect();
    }

    /**
     * The results of all tasks merged, on the executors as far as possible, so that the driver gets few of them.
     *
     * @param merge associative; the order in which it is applied varies
     */
    public <T extends Serializable> T aggregate(Task<T> task, Function2<T, T, T> merge) {
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(merge, "merge");
        SparkGenerator sent = generator;
        return blocks().map(block -> run(sent, task, block)).treeReduce(merge);
    }

    SparkGenerator generator() {
        return generator;
    }

    long seed() {
        return seed;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    private static <T extends Serializable> T run(SparkGenerator generator, Task<T> task, SampleBlock block)
            throws Exception {
        block.arrive();
        return task.on(generator.here(), block);
    }

    private JavaRDD<SampleBlock> blocks() {
        List<SampleBlock> blocks = cut();
        return spark.parallelize(blocks, blocks.size());
    }

    /** Whole numbers of blocks, as even as they get. */
    List<SampleBlock> cut() {
        int whole = (to - from + BLOCK - 1) / BLOCK;
        int parts = Math.min(tasks, whole);
        int dimension = generator.here().sampler().numbersPerSample();
        List<SampleBlock> cut = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            int first = from + (int) ((long) whole * part / parts) * BLOCK;
            int last = Math.min(to, from + (int) ((long) whole * (part + 1) / parts) * BLOCK);
            cut.add(new SampleBlock(
                    seed, first, last, dimension == 0 ? null : LatentSamples.position(dimension, seed, first)));
        }
        return cut;
    }
}
