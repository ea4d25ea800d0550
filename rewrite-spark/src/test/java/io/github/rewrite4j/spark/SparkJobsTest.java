package io.github.rewrite4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.stats.KeyCovariance;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** On two cores of this process, where a task may fail once. */
class SparkJobsTest {
    private static final int SAMPLES = 520;

    @TempDir
    static Path folder;

    private static JavaSparkContext spark;
    private static SparkGenerator avatars;

    @BeforeAll
    static void start() throws Exception {
        spark = LocalSpark.shared();
        avatars = SparkGenerator.of(spark, LocalSpark.avatars(folder));
    }

    @Test
    void statisticsAreThoseOfOneMachineWhateverTheCuts() {
        KeyCovariance alone = avatars.here().memory("layer6").covariance(SAMPLES, 3, RewriteListener.SILENT);
        for (int tasks : new int[] {1, 2, 3}) {
            KeyCovariance together = SparkStatistics.covariance(
                    SparkSamples.first(spark, avatars, SAMPLES, 3).tasks(tasks), "layer6");
            assertThat(together.count()).isEqualTo(alone.count());
            assertThat(relative(together.matrix(), alone.matrix())).isLessThan(1e-9);
        }
    }

    @Test
    void aTaskThatIsLostIsDoneAgainAndCountsOnce() {
        SparkSamples samples = SparkSamples.first(spark, avatars, SAMPLES, 3).tasks(3);
        List<String> seen = samples.map((generator, block) -> {
            if (block.from() > 0 && TaskContext.get().attemptNumber() == 0) {
                throw new IllegalStateException("this executor is lost");
            }
            return block.from() + " to " + block.to() + " in attempt "
                    + TaskContext.get().attemptNumber();
        });
        assertThat(seen).containsExactly("0 to 256 in attempt 0", "256 to 512 in attempt 1", "512 to 520 in attempt 1");
    }

    @Test
    void blocksDrawTheSamplesOfTheirPlaceFromTheStateTheyWereGiven() {
        List<SampleBlock> blocks =
                SparkSamples.of(spark, avatars, 9, 256, 900).tasks(2).cut();
        assertThat(blocks).extracting(SampleBlock::from).containsExactly(256, 512);
        assertThat(blocks).extracting(SampleBlock::to).containsExactly(512, 900);
        Generator generator = avatars.here();
        for (SampleBlock block : blocks) {
            assertThat(Objects.requireNonNull(block.start()).numbers()).isEqualTo(64L * block.from());
            try (Inputs drawn = block.inputs(generator, 100, 110);
                    Inputs expected = generator.sampler().at(block.samples().subList(100, 110))) {
                assertThat(drawn.get("z")).isEqualTo(expected.get("z"));
            }
        }
    }

    @Test
    void theChangeOfAPatchIsMeasuredOverAllSamples() {
        Generator base = avatars.here();
        Patch patch = patch(base);
        Region region = Region.rectangle(0, 0, 64, 20);
        SparkGenerator patched = avatars.with(new AppliedPatch(patch, 0.5));
        Tally tally =
                SparkChange.measure(SparkSamples.first(spark, patched, 300, 4).tasks(2), patched, region);
        Tally plain = new Tally("inside", "outside");
        try (Generator judge = base.with(patch, 0.5)) {
            for (int sample = 0; sample < 300; sample += 50) {
                try (Inputs inputs = base.sample(300, 4).slice(sample, sample + 50)) {
                    INDArray before = Nd4j.math().clipByValue(base.generate(inputs), -1, 1);
                    INDArray after = Nd4j.math().clipByValue(judge.generate(inputs), -1, 1);
                    INDArray change = Nd4j.math().abs(after.sub(before)).mean(1);
                    for (int i = 0; i < 50; i++) {
                        INDArray one = change.slice(i);
                        plain.add(rows(one, 0, 20), rows(one, 24, 64));
                    }
                }
            }
        }
        assertThat(tally.count(SparkChange.INSIDE)).isEqualTo(300);
        assertThat(tally.mean(SparkChange.INSIDE)).isEqualTo(plain.mean("inside"), within(1e-6));
        assertThat(tally.mean(SparkChange.OUTSIDE)).isEqualTo(plain.mean("outside"), within(1e-6));
        assertThat(tally.mean(SparkChange.CHANGED)).isEqualTo(1);
        assertThat(tally.mean(SparkChange.PSNR)).isBetween(5.0, 60.0);
    }

    @Test
    void picturesAreWrittenOnceAndAreThoseOfTheSamples() throws Exception {
        Path pictures = folder.resolve("pictures");
        SparkSamples samples = SparkSamples.first(spark, avatars, 270, 2).tasks(2);
        assertThat(SparkPictures.write(samples, pictures)).isEqualTo(270);
        try (Stream<Path> files = Files.list(pictures)) {
            assertThat(files).hasSize(270);
        }
        Path late = pictures.resolve("2-00000261.png");
        try (Inputs inputs = avatars.here().sample(262, 2).slice(261, 262);
                INDArray expected = avatars.here().generate(inputs)) {
            assertThat(Images.toPng(expected)).isEqualTo(Files.readAllBytes(late));
        }
        Files.delete(late);
        Files.write(pictures.resolve("2-00000003.png"), new byte[0]);
        assertThat(SparkPictures.write(samples, pictures)).isEqualTo(270);
        assertThat(late).exists();
        // What is there is not drawn again.
        assertThat(pictures.resolve("2-00000003.png")).isEmptyFile();
    }

    @Test
    void eachExecutorLoadsAFileOnce() {
        List<String> used = SparkSamples.first(spark, avatars, SAMPLES, 1)
                .tasks(3)
                .map((generator, block) -> Integer.toHexString(System.identityHashCode(generator)));
        assertThat(used).hasSize(3).containsOnly(used.get(0));
    }

    @Test
    void rangesThatCannotBeCutAreRefused() {
        assertThatThrownBy(() -> SparkSamples.of(spark, avatars, 1, 100, 200))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("multiple of 256");
        assertThatThrownBy(() -> SparkSamples.of(spark, avatars, 1, 256, 256))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SparkSamples.first(spark, avatars, 1 << 27, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2^28");
    }

    @Test
    void talliesMergeToWhatOnePassMeasures() {
        java.util.Random random = new java.util.Random(1);
        Tally whole = new Tally("x", "y");
        List<Tally> parts = new ArrayList<>();
        for (int part = 0; part < 5; part++) {
            Tally one = new Tally("x", "y");
            for (int i = 0; i < 100 * part; i++) {
                double x = 1e6 + random.nextGaussian();
                double y = i % 3 == 0 ? Double.NaN : random.nextDouble();
                one.add(x, y);
                whole.add(x, y);
            }
            parts.add(one);
        }
        Tally merged = parts.get(4)
                .plus(parts.get(0))
                .plus(parts.get(2))
                .plus(parts.get(1).plus(parts.get(3)));
        for (String name : List.of("x", "y")) {
            assertThat(merged.count(name)).isEqualTo(whole.count(name));
            assertThat(merged.mean(name)).isEqualTo(whole.mean(name), within(1e-9 * 1e6));
            assertThat(merged.deviation(name)).isEqualTo(whole.deviation(name), within(1e-9));
            assertThat(merged.smallest(name)).isEqualTo(whole.smallest(name));
            assertThat(merged.largest(name)).isEqualTo(whole.largest(name));
        }
        assertThatThrownBy(() -> merged.mean("z")).hasMessageContaining("'z'");
    }

    private static double rows(INDArray picture, int from, int to) {
        double sum = 0;
        for (int y = from; y < to; y++) {
            for (int x = 0; x < 64; x++) {
                sum += picture.getDouble(y, x);
            }
        }
        return sum / ((to - from) * 64);
    }

    private static double relative(INDArray a, INDArray b) {
        double worst = 0;
        double largest = 0;
        for (int i = 0; i < a.length(); i++) {
            worst = Math.max(worst, Math.abs(a.getDouble(i) - b.getDouble(i)));
            largest = Math.max(largest, Math.abs(b.getDouble(i)));
        }
        return worst / largest;
    }

    /** A change that shows everywhere. */
    private static Patch patch(Generator generator) {
        INDArray weight =
                generator.memory("layer6").weights().values().iterator().next();
        String name = generator.memory("layer6").weights().firstKey();
        return new Patch(
                generator.spec().baseFingerprint(),
                List.of(new WeightDelta.Dense(
                        name, Nd4j.reverse(weight.dup('c')).mul(0.2f))),
                Map.of("layer", "layer6"));
    }
}
