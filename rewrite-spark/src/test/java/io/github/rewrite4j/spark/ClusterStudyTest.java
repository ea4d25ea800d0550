package io.github.rewrite4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.samediff.search.Found;
import io.github.rewrite4j.samediff.search.Search;
import io.github.rewrite4j.samediff.search.Trigger;
import io.github.rewrite4j.stats.KeyCovariance;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A master and two workers as processes; one worker is killed while statistics are collected, and the other searches. By {@code ./mvnw -B -ntp -P studies -pl
 * rewrite-spark -am test -Dtest=ClusterStudyTest}.
 */
@Tag("study")
class ClusterStudyTest {
    private static final int TASKS = 30;
    private static final int DONE = 5;
    private static final int SAMPLES = 7_680;

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 9, unit = TimeUnit.MINUTES)
    void aWorkerIsKilledAndTheNumbersAreThoseOfOneMachine() throws Exception {
        Path file = LocalSpark.avatars(folder);
        try (LocalCluster cluster = LocalCluster.start(folder.resolve("spark"), 2);
                JavaSparkContext spark = new JavaSparkContext(new SparkConf()
                        .setMaster(cluster.url())
                        .setAppName("rewrite4j cluster study")
                        .set("spark.ui.enabled", "false")
                        .set("spark.log.level", "WARN")
                        .set("spark.driver.host", "127.0.0.1")
                        .set("spark.driver.bindAddress", "127.0.0.1")
                        .set("spark.executor.memory", "1g")
                        .set("spark.executor.cores", "1")
                        .set("spark.executor.extraClassPath", LocalCluster.classFolders()))) {
            SparkGenerator avatars = SparkGenerator.of(spark, file);
            // Both executors are there and have loaded the generator.
            SparkStatistics.covariance(
                    SparkSamples.first(spark, avatars, 1024, 3).tasks(4), "layer6");
            CompletableFuture<Integer> killed = CompletableFuture.supplyAsync(() -> killInTheMiddle(cluster, spark));
            KeyCovariance together = SparkStatistics.covariance(
                    SparkSamples.first(spark, avatars, SAMPLES, 3).tasks(TASKS), "layer6");
            assertThat(killed.get(1, TimeUnit.MINUTES))
                    .as("tasks that were done when the worker was killed")
                    .isBetween(DONE, TASKS - 2);
            assertThat(spark.sc().getExecutorMemoryStatus().size())
                    .as("driver and one executor")
                    .isEqualTo(2);
            KeyCovariance alone = avatars.here().memory("layer6").covariance(SAMPLES, 3, RewriteListener.SILENT);
            assertThat(together.count()).isEqualTo(alone.count());
            assertThat(relative(together.matrix(), alone.matrix())).isLessThan(1e-9);

            AssociativeMemory memory = avatars.here().memory("layer6");
            List<Selection> marked = List.of(new Selection(Sample.of(7), Region.rectangle(24, 4, 16, 12)));
            Found found = SparkSearch.among(
                    SparkSamples.first(spark, avatars, 1024, 3).tasks(4),
                    "layer6",
                    SparkTrigger.context(memory, marked, together),
                    12);
            Found expected = Search.at(memory, Trigger.context(memory, marked, together))
                    .among(3, 0, 1024, RewriteListener.SILENT);
            assertThat(found.facts()).isEqualTo(expected.facts());
        }
    }

    /** Once some tasks of the statistics are done. */
    private static int killInTheMiddle(LocalCluster cluster, JavaSparkContext spark) {
        while (true) {
            int done = 0;
            for (int stage : spark.statusTracker().getActiveStageIds()) {
                SparkStageInfo info = spark.statusTracker().getStageInfo(stage);
                if (info != null && info.numTasks() == TASKS) {
                    done = info.numCompletedTasks();
                }
            }
            if (done >= DONE) {
                cluster.killWorker(0);
                return done;
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        }
    }

    private static double relative(INDArray a, INDArray b) {
        INDArray difference = a.sub(b);
        return difference.norm2Number().doubleValue() / b.norm2Number().doubleValue();
    }
}
