package io.github.rewrite4j.spark;

import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.edit.EditFile;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.samediff.memory.CovarianceCache;
import io.github.rewrite4j.samediff.study.EditSweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * An {@link EditSweep} on a cluster, a task for each setting. Outcomes are those of one machine to the last bit where executors have the
 * same processors; each executor collects the statistics of a layer once. The patch of a setting is learnt again in seconds by {@link
 * EditSweep#learn}.
 */
public final class SparkSweep {
    private SparkSweep() {}

    /**
     * Learns and measures all settings.
     *
     * @return outcomes in the order of {@link EditSweep#settings()}
     * @throws IOException if the plan cannot be written, such as where a region was made from an array and has no text
     */
    public static List<EditSweep.Outcome> run(JavaSparkContext spark, SparkGenerator generator, EditSweep sweep)
            throws IOException {
        Objects.requireNonNull(spark, "spark");
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(sweep, "sweep");
        SentFile plan = sent(spark, sweep.plan());
        ArrayList<String> layers = new ArrayList<>(sweep.layers());
        ArrayList<Integer> ranks = new ArrayList<>(sweep.ranks());
        ArrayList<Double> gammas = new ArrayList<>(sweep.gammas());
        ArrayList<Long> seeds = new ArrayList<>(sweep.seeds());
        List<EditSweep.Setting> settings = sweep.settings();
        return spark.parallelize(settings, settings.size())
                .map(setting -> new EditSweep(plan.read(EditFile::read), layers, ranks, gammas, seeds)
                        .learn(
                                generator.here(),
                                setting,
                                Optional.of(CovarianceCache.in(ExecutorStatistics.folder())),
                                RewriteListener.SILENT))
                .collect();
    }

    private static SentFile sent(JavaSparkContext spark, EditPlan plan) throws IOException {
        Path folder = Files.createTempDirectory("rewrite4j-");
        Path file = folder.resolve("plan.json");
        try {
            EditFile.write(file, plan);
            return SentFile.of(spark, file);
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        }
    }
}
