package io.github.rewrite4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.stats.KeyCovariance;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A master and two workers as processes; one worker is killed while statistics are collected. By {@code ./mvnw -B -ntp -P studies -pl
 * rewrite-spark -am test -Dtest=ClusterStudyTest}.
 */
@Tag("study")
class ClusterStudyTest {
    private static final int SAMPLES = 16_000;

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
            long begin = System.nanoTime();
            CompletableFuture<Void> killer = CompletableFuture.runAsync(
                    () -> cluster.killWorker(0), CompletableFuture.delayedExecutor(6, TimeUnit.SECONDS));
            KeyCovariance together = SparkStatistics.covariance(
                    SparkSamples.first(spark, avatars, SAMPLES, 3).tasks(30), "layer6");
            double seconds = (System.nanoTime() - begin) * 1e-9;
            assertThat(killer)
                    .as("the worker was killed in the middle, not after %s s", seconds)
                    .isCompleted();
            assertThat(spark.sc().getExecutorMemoryStatus().size())
                    .as("driver and one executor")
                    .isEqualTo(2);
            KeyCovariance alone = avatars.here().memory("layer6").covariance(SAMPLES, 3, RewriteListener.SILENT);
            assertThat(together.count()).isEqualTo(alone.count());
            assertThat(relative(together.matrix(), alone.matrix())).isLessThan(1e-9);
        }
    }

    private static double relative(INDArray a, INDArray b) {
        INDArray difference = a.sub(b);
        return difference.norm2Number().doubleValue() / b.norm2Number().doubleValue();
    }
}
