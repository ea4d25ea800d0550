package io.github.rewrite4j.spark;

import io.github.rewrite4j.Generator;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;

/**
 * The PNG and JPEG files of a folder that all executors see, in the order of their names, cut into tasks at multiples of {@value
 * #BLOCK}. Each picture becomes inputs of a generator by inversion; networks of pictures to pictures are loaded with the folder
 * instead ({@link SparkGenerator#of(JavaSparkContext, Path, java.util.Map)} with the option {@code pictures}), whose files are
 * {@link SparkSamples} then.
 */
public final class SparkFolder {
    /** Pictures that always belong to one task. */
    public static final int BLOCK = 16;

    private static final int TASKS_PER_CORE = 4;
    private static final int STEPS = 100;

    private final JavaSparkContext spark;
    private final SparkGenerator generator;
    private final String folder;
    private final List<String> names;
    private final int steps;
    private final int tasks;

    private SparkFolder(
            JavaSparkContext spark, SparkGenerator generator, String folder, List<String> names, int steps, int tasks) {
        this.spark = spark;
        this.generator = generator;
        this.folder = folder;
        this.names = names;
        this.steps = steps;
        this.tasks = tasks;
    }

    /**
     * Lists a folder, without the folders in it.
     *
     * @param folder on a file system that driver and executors share
     * @throws IOException if it cannot be read, or there is no picture in it
     */
    public static SparkFolder of(JavaSparkContext spark, SparkGenerator generator, Path folder) throws IOException {
        Objects.requireNonNull(spark, "spark");
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(folder, "folder");
        try (Stream<Path> entries = Files.list(folder)) {
            List<String> names = entries.filter(Files::isRegularFile)
                    .map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.toLowerCase(Locale.ROOT).matches(".+\\.(png|jpe?g)"))
                    .sorted()
                    .toList();
            if (names.isEmpty()) {
                throw new IOException("There is no PNG or JPEG file in " + folder + ": name a folder of pictures.");
            }
            return new SparkFolder(
                    spark,
                    generator,
                    folder.toAbsolutePath().toString(),
                    names,
                    STEPS,
                    TASKS_PER_CORE * spark.defaultParallelism());
        }
    }

    /** Steps of each picture's inversion; {@value #STEPS} unless said. */
    public SparkFolder steps(int number) {
        if (number < 1) {
            throw new IllegalArgumentException("An inversion takes at least one step, not " + number + ".");
        }
        return new SparkFolder(spark, generator, folder, names, number, tasks);
    }

    /** Cut into at most this many tasks; four for each core of the cluster by default. */
    public SparkFolder tasks(int number) {
        if (number < 1) {
            throw new IllegalArgumentException("There is at least one task, not " + number + ".");
        }
        return new SparkFolder(spark, generator, folder, names, steps, number);
    }

    /** How many pictures there are. */
    public int count() {
        return names.size();
    }

    Path folder() {
        return Path.of(folder).normalize();
    }

    /** What one task makes of its pictures; runs on an executor, maybe more than once. */
    @FunctionalInterface
    public interface Task<T extends Serializable> extends Serializable {
        T on(Generator generator, PictureBlock pictures) throws Exception;
    }

    /**
     * The results of all tasks merged, on the executors as far as possible.
     *
     * @param merge associative; the order in which it is applied varies
     */
    public <T extends Serializable> T aggregate(Task<T> task, Function2<T, T, T> merge) {
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(merge, "merge");
        SparkGenerator sent = generator;
        List<PictureBlock> blocks = cut();
        return spark.parallelize(blocks, blocks.size())
                .map(block -> task.on(sent.here(), block))
                .treeReduce(merge);
    }

    List<PictureBlock> cut() {
        int whole = (names.size() + BLOCK - 1) / BLOCK;
        int parts = Math.min(tasks, whole);
        List<PictureBlock> cut = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
            int first = (int) ((long) whole * part / parts) * BLOCK;
            int last = Math.min(names.size(), (int) ((long) whole * (part + 1) / parts) * BLOCK);
            cut.add(new PictureBlock(folder, first, names.subList(first, last), steps));
        }
        return cut;
    }
}
