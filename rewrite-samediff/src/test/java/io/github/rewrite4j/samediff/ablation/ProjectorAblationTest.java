package io.github.rewrite4j.samediff.ablation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.evaluation.ScoreTable;
import io.github.rewrite4j.samediff.metric.ImageMetric;
import io.github.rewrite4j.samediff.metric.ImageRange;
import io.github.rewrite4j.samediff.metric.Psnr;
import io.github.rewrite4j.samediff.projector.ProjectorArchitecture;
import io.github.rewrite4j.samediff.projector.ProjectorTraining;
import io.github.rewrite4j.samediff.projector.Reconstruction;
import io.github.rewrite4j.samediff.projector.TrainedProjector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

class ProjectorAblationTest {
    private static final Generator AVATARS = Avatars.load();
    private static final ProjectorTraining TRAINING = ProjectorTraining.defaults()
            .architecture(new ProjectorArchitecture("test", 8, 1))
            .batch(2)
            .pool(32)
            .standardisedOn(32)
            .evaluation(2, 1000);

    @TempDir
    private Path folder;

    @BeforeAll
    static void useOneThread() {
        ComputeThreads.use(1);
    }

    @AfterAll
    static void close() {
        AVATARS.close();
    }

    private static boolean painted(int n, int y, int x) {
        return Math.hypot(x - 20 - 4 * n, y - 22) < 9 || (y > 40 && y < 48 && x > 8 && x < 56);
    }

    /** Samples with a disc and a bar that the generator does not draw. */
    private static INDArray painted(INDArray samples) {
        INDArray pictures = samples.dup('c');
        for (int n = 0; n < samples.size(0); n++) {
            for (int y = 0; y < 64; y++) {
                for (int x = 0; x < 64; x++) {
                    for (int c = 0; c < 3 && painted(n, y, x); c++) {
                        pictures.putScalar(new int[] {n, c, y, x}, (y > 40) == (c == n % 3) ? -0.8 : 0.9);
                    }
                }
            }
        }
        return pictures;
    }

    private static INDArray foreign() {
        return painted(AVATARS.generate(AVATARS.sample(6, 91)));
    }

    /** The distance is planted: measured by PSNR, so that the columns of the distance must be those of the PSNR. */
    @Test
    void everyRowIsTrainedAndEachColumnMeasuresWhatItsHeadingSays() throws IOException {
        List<Integer> pictures = new ArrayList<>();
        ImageMetric planted = (a, b) -> {
            pictures.add((int) a.size(0));
            double[] each = new double[(int) a.size(0)];
            for (int i = 0; i < each.length; i++) {
                each[i] = Psnr.forRange(ImageRange.SYMMETRIC)
                        .mean(
                                a.get(NDArrayIndex.interval(i, i + 1)).dup('c'),
                                b.get(NDArrayIndex.interval(i, i + 1)).dup('c'));
            }
            return each;
        };
        List<String> stages = new ArrayList<>();
        ProjectorAblation.Result result = new ProjectorAblation(TRAINING, 2, planted, "planted PSNR", 8, 77)
                .carriedThrough(projector -> projector.spec().recipe().size())
                .run(AVATARS.memory("layer2"), foreign(), List.of(1L), progress -> {
                    stages.add(progress.stage().text());
                    return RewriteListener.SILENT.onProgress(progress);
                });
        ScoreTable table = result.table();
        assertThat(table.rows())
                .containsExactly(Arrays.stream(ProjectorRow.values())
                        .map(ProjectorRow::title)
                        .toArray(String[]::new));
        assertThat(pictures).hasSize(10).containsOnly(8, 6);
        for (String row : table.rows()) {
            double self = table.mean(row, "PSNR, self");
            double foreign = table.mean(row, "PSNR, foreign");
            assertThat(table.mean(row, "distance, self")).isCloseTo(self, Offset.offset(1e-9));
            assertThat(table.mean(row, "distance, foreign")).isCloseTo(foreign, Offset.offset(1e-9));
            assertThat(self).isNotEqualTo(foreign);
        }
        assertThat(table.mean("baseline", "edit success")).isPositive();
        assertThat(table.notes()).anyMatch(note -> note.matches("Steps to a feature error of .* which both reach: .*"));
        assertThat(result.features().toImage().getHeight()).isGreaterThan(5 * 96);
        assertThat(table.mean("+ cycle", "Wasserstein")).isNotEqualTo(table.mean("baseline", "Wasserstein"));
        assertThat(table.markdown()).contains("planted PSNR").contains("sliced W1");
        assertThat(table.notes()).anyMatch(note -> note.contains("order"));
        assertThat(stages).anyMatch(stage -> stage.startsWith("+ cycle + GAN, seed 1: training"));
        result.sheet().write(folder.resolve("sheet.png"));
        assertThat(folder.resolve("sheet.png")).isNotEmptyFile();
    }

    /** Mean absolute differences of pictures, of all pixels and of the painted ones alone. */
    private static double[] errors(INDArray again, INDArray pictures) {
        INDArray difference = Transforms.abs(again.sub(pictures), true);
        double inside = 0;
        int count = 0;
        for (int n = 0; n < difference.size(0); n++) {
            for (int y = 0; y < 64; y++) {
                for (int x = 0; x < 64; x++) {
                    for (int c = 0; c < 3 && painted(n, y, x); c++) {
                        inside += difference.getDouble(n, c, y, x);
                        count++;
                    }
                }
            }
        }
        return new double[] {difference.meanNumber().doubleValue(), inside / count};
    }

    /**
     * How well two projectors draw again what they are shown.
     *
     * @param self error on samples
     * @param foreign on samples with something painted on them
     * @param marked the same of the painted pixels alone
     */
    private record Drawn(double self, double foreign, double marked) {
        static Drawn by(ProjectorRow row, int iterations, int batch) {
            AssociativeMemory memory = AVATARS.memory("layer6");
            Inputs inputs = AVATARS.sample(6, 77);
            INDArray samples = AVATARS.generate(inputs);
            INDArray pictures = painted(samples);
            TrainedProjector projector = row.applyTo(
                            TRAINING.iterations(iterations).batch(batch).pool(16 * batch))
                    .train(memory, RewriteListener.SILENT);
            Reconstruction drawn = Reconstruction.through(projector, memory);
            double[] foreign = errors(drawn.ofSamples(pictures, inputs), pictures);
            return new Drawn(errors(drawn.ofSamples(samples, inputs), samples)[0], foreign[0], foreign[1]);
        }
    }

    /** Figure 3 and Table 1 of Gao et al. 2025, at the very beginning of a training. */
    @Test
    void withTheCycleSamplesAndWhatIsPaintedOnThemAreDrawnAgainBetter() {
        Drawn without = Drawn.by(ProjectorRow.BASELINE, 60, 2);
        Drawn with = Drawn.by(ProjectorRow.CYCLE, 60, 2);
        assertThat(with.self).isLessThan(0.75 * without.self);
        assertThat(with.foreign).isLessThan(0.9 * without.foreign);
        assertThat(with.marked).isLessThan(0.95 * without.marked);
    }
}
