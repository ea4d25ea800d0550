package io.github.rewrite4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.samediff.serving.GeneratorPool;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The bridge to Micrometer of docs/serving.md. */
class PoolMetersTest {
    static void bind(MeterRegistry registry, GeneratorPool pool) {
        FunctionCounter.builder(
                        "rewrite.pool.requests", pool, p -> p.statistics().requests())
                .register(registry);
        FunctionCounter.builder("rewrite.pool.failed", pool, p -> p.statistics().failed())
                .register(registry);
        FunctionCounter.builder(
                        "rewrite.pool.refused", pool, p -> p.statistics().refused())
                .register(registry);
        FunctionCounter.builder("rewrite.pool.images", pool, p -> p.statistics().images())
                .register(registry);
        FunctionCounter.builder("rewrite.pool.hits", pool, p -> p.statistics().hits())
                .register(registry);
        FunctionCounter.builder("rewrite.pool.misses", pool, p -> p.statistics().misses())
                .register(registry);
        Gauge.builder("rewrite.pool.waiting", pool, p -> p.statistics().waiting())
                .register(registry);
        Gauge.builder("rewrite.pool.kept", pool, p -> p.statistics().kept()).register(registry);
        FunctionTimer.builder(
                        "rewrite.pool.drawing",
                        pool,
                        p -> p.statistics().batches(),
                        p -> p.statistics().drawing().toNanos(),
                        TimeUnit.NANOSECONDS)
                .register(registry);
    }

    @Test
    void metersSayWhatThePoolDid() throws Exception {
        MeterRegistry registry = new SimpleMeterRegistry();
        try (Generator avatars = BundledGenerator.load();
                GeneratorPool pool = GeneratorPool.over(avatars);
                Inputs inputs = avatars.sample(2, 1)) {
            bind(registry, pool);
            SortedMap<String, INDArray> weights = avatars.memory("layer5").weights();
            INDArray change = weights.get(weights.firstKey()).mul(0.01);
            Patch patch = new Patch(
                    avatars.spec().baseFingerprint(),
                    List.of(new WeightDelta.Dense(weights.firstKey(), change)),
                    Map.of("layer", "layer5"));
            List<AppliedPatch> patches = List.of(new AppliedPatch(patch, 1));
            pool.generate(inputs, patches).close();
            pool.generate(inputs, patches).close();
            assertThat(counted(registry, "requests")).isEqualTo(2);
            assertThat(counted(registry, "images")).isEqualTo(4);
            assertThat(counted(registry, "hits")).isEqualTo(1);
            assertThat(counted(registry, "misses")).isEqualTo(1);
            assertThat(counted(registry, "failed")).isZero();
            assertThat(registry.get("rewrite.pool.kept").gauge().value()).isEqualTo(1);
            assertThat(registry.get("rewrite.pool.drawing").functionTimer().count())
                    .isEqualTo(2);
            assertThat(registry.get("rewrite.pool.drawing").functionTimer().totalTime(TimeUnit.NANOSECONDS))
                    .isPositive();
        }
    }

    private static double counted(MeterRegistry registry, String meter) {
        return registry.get("rewrite.pool." + meter).functionCounter().count();
    }

    @Test
    void thePageShowsTheseLines() throws Exception {
        String page = Files.readString(Path.of("../docs/serving.md"));
        String own = Files.readString(Path.of("src/test/java/io/github/rewrite4j/examples/PoolMetersTest.java"));
        int begin = page.indexOf("static void bind(");
        String shown = page.substring(begin, page.indexOf("```", begin));
        assertThat(squeezed(own)).contains(squeezed(shown));
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", "");
    }
}
