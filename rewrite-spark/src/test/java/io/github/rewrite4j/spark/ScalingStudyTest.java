package io.github.rewrite4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.stats.KeyCovariance;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rate of two cores beside that of one thread without Spark, on a machine with nothing else to do. By {@code
 * ./mvnw -B -ntp -P studies -pl rewrite-spark -am test -Dtest=ScalingStudyTest}; {@code -Dsamples=N} for fewer.
 */
@Tag("study")
class ScalingStudyTest {
    private static final int SAMPLES = Integer.getInteger("samples", 100_000);
    private static final String LAYER = "layer6";

    @TempDir
    Path folder;

    @Test
    void twoCoresAreNearlyTwiceAsFastAsOneThread() throws Exception {
        ComputeThreads.use(1);
        try (JavaSparkContext spark = LocalSpark.start("local[2]")) {
            SparkGenerator avatars = SparkGenerator.of(spark, LocalSpark.avatars(folder));
            SparkSamples samples = SparkSamples.first(spark, avatars, SAMPLES, 3);
            // Everything is loaded and compiled.
            SparkStatistics.covariance(SparkSamples.first(spark, avatars, 1024, 5), LAYER);
            avatars.here().memory(LAYER).covariance(512, 5, RewriteListener.SILENT);
            long begin = System.nanoTime();
            KeyCovariance alone = avatars.here().memory(LAYER).covariance(SAMPLES, 3, RewriteListener.SILENT);
            long between = System.nanoTime();
            KeyCovariance together = SparkStatistics.covariance(samples, LAYER);
            long end = System.nanoTime();
            double times = (double) (between - begin) / (end - between);
            System.out.printf(
                    Locale.ROOT,
                    "%,d samples: one thread %.1f s, local[2] %.1f s, %.2f times%n",
                    SAMPLES,
                    (between - begin) * 1e-9,
                    (end - between) * 1e-9,
                    times);
            assertThat(together.count()).isEqualTo(alone.count());
            assertThat(times).isGreaterThan(1.8);
        }
    }
}
