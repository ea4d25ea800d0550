package io.github.rewrite4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.avatars.attribute.AttributeNetwork;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.memory.CovarianceCache;
import io.github.rewrite4j.samediff.search.Found;
import io.github.rewrite4j.samediff.search.Search;
import io.github.rewrite4j.samediff.search.Trigger;
import io.github.rewrite4j.samediff.study.Arm;
import io.github.rewrite4j.samediff.study.EditSweep;
import io.github.rewrite4j.samediff.study.PreservationStudy;
import io.github.rewrite4j.stats.KeyCovariance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Searches, studies and sweeps on two cores, beside one machine. */
class SparkStudiesTest {
    private static final int SAMPLES = 260;
    private static final String LAYER = "layer4";

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
    void aSearchFindsWhatOneMachineFindsWhateverTheCutsAndThoughTasksFail() {
        AssociativeMemory memory = avatars.here().memory(LAYER);
        KeyCovariance covariance = memory.covariance(32, 1, RewriteListener.SILENT);
        List<Selection> marked = List.of(new Selection(Sample.of(7), Region.rectangle(24, 4, 16, 12)));
        Found alone = Search.at(memory, Trigger.context(memory, marked, covariance))
                .top(5)
                .among(2, 256, 256 + SAMPLES, RewriteListener.SILENT);
        SparkTrigger trigger = SparkTrigger.context(memory, marked, covariance);
        SparkSamples samples =
                SparkSamples.of(spark, avatars, 2, 256, 256 + SAMPLES).tasks(2);
        same(SparkSearch.among(samples, LAYER, failingOnce(trigger), 5), alone);
    }

    private static SparkTrigger failingOnce(SparkTrigger trigger) {
        return memory -> {
            TaskContext task = TaskContext.get();
            if (task.partitionId() > 0 && task.attemptNumber() == 0) {
                throw new IllegalStateException("this executor is lost");
            }
            return trigger.at(memory);
        };
    }

    private static void same(Found found, Found expected) {
        assertThat(found.searched()).isEqualTo(expected.searched());
        assertThat(found.threshold()).isEqualTo(expected.threshold());
        assertThat(found.facts()).isEqualTo(expected.facts());
        for (int i = 0; i < expected.top().size(); i++) {
            assertThat(found.top().get(i).heat())
                    .isEqualTo(expected.top().get(i).heat());
        }
    }

    @Test
    void aStudyCountsWhatOneMachineCounts() throws Exception {
        Generator base = avatars.here();
        SparkJudge judge = SparkJudge.of(spark, LocalSpark.judge(folder), AttributeNetwork::load);
        PreservationStudy.Question question = new PreservationStudy.Question("mouth", "", "smile");
        Mask region = Region.ellipse(32, 37, 9, 5).requireOnImage(64, 64);
        try (Inputs inputs = base.sample(1, 5);
                INDArray object = base.generate(inputs)) {
            List<Arm> arms = List.of(Arm.patch("rewrite", patch(base)), Arm.pasted(object, region, 1, -2));
            Facts alone = new PreservationStudy(base, judge.here(), question, region, arms)
                    .run(260, 4, folder.resolve("state.json"), RewriteListener.SILENT);
            Facts together =
                    SparkStudy.of(SparkSamples.first(spark, avatars, 260, 4).tasks(2), judge, question, region, arms);
            close(together.asMap(), alone.asMap());
        }
        assertThatThrownBy(() -> SparkStudy.of(
                        SparkSamples.first(spark, avatars, 260, 4),
                        judge,
                        new PreservationStudy.Question("hat", "", "x"),
                        region,
                        List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'hat'");
    }

    private static void close(Object found, Object expected) {
        if (expected instanceof Map<?, ?> map) {
            assertThat(((Map<?, ?>) found).keySet()).isEqualTo(map.keySet());
            map.forEach((key, value) -> close(((Map<?, ?>) found).get(key), value));
        } else if (expected instanceof Double number) {
            assertThat((Double) found).isEqualTo(number, within(1e-9));
        } else {
            assertThat(found).isEqualTo(expected);
        }
    }

    @Test
    void aSweepLearnsWhatOneMachineLearns() throws Exception {
        Region lip = Region.ellipse(32, 37, 9, 2.5);
        EditPlan plan = EditPlan.of(
                        Edit.copy(Sample.of(204), lip).pasteInto(Sample.range(1, 1000, 1004), lip), "layer3", 1)
                .evaluatedOn(2);
        EditSweep sweep = new EditSweep(plan, List.of("layer3"), List.of(1, 1000), List.of(0.2, 2.0), List.of(2L, 3L));
        List<EditSweep.Outcome> outcomes = SparkSweep.run(spark, avatars, sweep);
        assertThat(outcomes).extracting(EditSweep.Outcome::setting).isEqualTo(sweep.settings());
        for (int i : new int[] {0, 2}) {
            assertThat(outcomes.get(i))
                    .isEqualTo(sweep.learn(
                            avatars.here(),
                            sweep.settings().get(i),
                            Optional.of(CovarianceCache.in(ExecutorStatistics.folder())),
                            RewriteListener.SILENT));
        }
        assertThat(outcomes.get(0).success()).isBetween(0.02, 1.0);
        assertThat(outcomes.get(0).fresh()).extracting(EditSweep.Fresh::seed).containsExactly(2L, 3L);
        assertThat(outcomes.get(1).residual()).isGreaterThan(outcomes.get(0).residual());
        assertThat(outcomes.get(2).refusal()).contains("Rank 1000");
        assertThat(outcomes.get(2).patch()).isEmpty();
    }

    @Test
    void aFolderIsSearchedAndDrawnAgain() throws Exception {
        Path pictures = Files.createDirectory(folder.resolve("photos"));
        int count = 3;
        try (Inputs inputs = avatars.here().sample(count, 8);
                INDArray images = avatars.here().generate(inputs)) {
            for (int i = 0; i < count; i++) {
                Images.write(images.get(NDArrayIndex.point(i)), pictures.resolve("p" + i + ".png"));
            }
        }
        Files.writeString(pictures.resolve("notes.txt"), "no picture");
        SparkFolder shared = SparkFolder.of(spark, avatars, pictures).steps(1).tasks(2);
        SparkTrigger trigger = SparkTrigger.rule(patch(avatars.here()));
        Found found = SparkSearch.among(shared, LAYER, trigger, 2);
        AssociativeMemory memory = avatars.here().memory(LAYER);
        Found alone = Search.at(memory, trigger.at(memory))
                .top(2)
                .among(shared.cut().get(0).inverted(avatars.here()), RewriteListener.SILENT);
        assertThat(found.searched()).isEqualTo(count);
        same(found, alone);
        Path redrawn = Files.createDirectory(folder.resolve("redrawn"));
        Files.createFile(redrawn.resolve("p0.png"));
        Files.createFile(redrawn.resolve("p1.png"));
        assertThat(SparkPictures.write(shared, redrawn)).isEqualTo(count);
        assertThat(redrawn.resolve("p2.png")).isNotEmptyFile();
        assertThat(redrawn.resolve("p0.png")).isEmptyFile();
        assertThatThrownBy(() -> SparkPictures.write(shared, pictures)).hasMessageContaining("another folder");
        assertThatThrownBy(() -> SparkFolder.of(spark, avatars, Files.createDirectory(folder.resolve("none"))))
                .isInstanceOf(IOException.class);
    }

    @Test
    void samplesOfATranslatorAreThePicturesOfItsFolder() throws Exception {
        Path pictures = Files.createDirectory(folder.resolve("translated"));
        try (Inputs inputs = avatars.here().sample(2, 8);
                INDArray images = avatars.here().generate(inputs)) {
            for (int i = 0; i < 2; i++) {
                Images.write(images.get(NDArrayIndex.point(i)), pictures.resolve("p" + i + ".png"));
            }
        }
        SparkGenerator translator =
                SparkGenerator.of(spark, LocalSpark.translator(folder), Map.of("pictures", pictures.toString()));
        Path drawn = folder.resolve("drawn");
        assertThat(SparkPictures.write(SparkSamples.first(spark, translator, 2, 1), drawn))
                .isEqualTo(2);
        try (Inputs inputs = translator.here().sample(2, 1);
                INDArray images = translator.here().generate(inputs)) {
            assertThat(Images.toPng(images.get(NDArrayIndex.interval(1, 2))))
                    .isEqualTo(Files.readAllBytes(drawn.resolve("1-00000001.png")));
            assertThat(Images.toPng(images.get(NDArrayIndex.interval(0, 1))))
                    .isNotEqualTo(Files.readAllBytes(drawn.resolve("1-00000001.png")));
        }
    }

    @Test
    void foldersAreCutAtBlocksWhateverTheTasks() throws Exception {
        Path many = Files.createDirectory(folder.resolve("many"));
        for (int i = 0; i < 37; i++) {
            Files.createFile(many.resolve("%02d.JPG".formatted(i)));
        }
        SparkFolder pictures = SparkFolder.of(spark, avatars, many);
        assertThat(pictures.tasks(2).cut()).extracting(PictureBlock::from).containsExactly(0, 16);
        List<PictureBlock> blocks = pictures.tasks(99).cut();
        assertThat(blocks).extracting(PictureBlock::from).containsExactly(0, 16, 32);
        assertThat(blocks.get(2).names()).containsExactly("32.JPG", "33.JPG", "34.JPG", "35.JPG", "36.JPG");
    }

    /** A change that shows everywhere. */
    private static Patch patch(Generator generator) {
        String name = generator.memory(LAYER).weights().firstKey();
        INDArray weight = generator.memory(LAYER).weights().values().iterator().next();
        return new Patch(
                generator.spec().baseFingerprint(),
                List.of(new WeightDelta.Dense(
                        name, Nd4j.reverse(weight.dup('c')).mul(0.2f))),
                Map.of("layer", LAYER));
    }
}
