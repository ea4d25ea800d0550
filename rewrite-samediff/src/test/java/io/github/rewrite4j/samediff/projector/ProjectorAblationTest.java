package io.github.rewrite4j.samediff.projector;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectorAblationTest {
    @TempDir
    private Path folder;

    private static AblationTable.Run run(AblationRow row, long seed, double distance, double wasserstein) {
        return new AblationTable.Run(row, seed, distance, distance, wasserstein, 20 - distance, 20 - distance);
    }

    private static AblationTable table(double cycle, double gan) {
        return new AblationTable(
                List.of(
                        run(AblationRow.BASELINE, 1, 0.5, 90),
                        run(AblationRow.CYCLE, 1, cycle, 88),
                        run(AblationRow.CYCLE_GAN, 1, gan, 20),
                        run(AblationRow.BASELINE, 2, 0.7, 90),
                        run(AblationRow.CYCLE, 2, cycle + 0.02, 88),
                        run(AblationRow.CYCLE_GAN, 2, gan + 0.2, 20)),
                10,
                "a distance",
                "an estimator");
    }

    @Test
    void theTableHoldsMeansDeviationsAndWins() {
        String text = table(0.2, 0.19).markdown();
        assertThat(text)
                .contains("| baseline | 0.6000 ± 0.1414 (0) |")
                .contains("| + cycle | 0.2100 ± 0.0141 (1) |")
                .contains("| + cycle + GAN | 0.2900 ± 0.1414 (1) |")
                .contains("Wasserstein: an estimator")
                .contains("10 iterations each, seeds [1, 2]");
        assertThat(table(0.2, 0.19).csv())
                .startsWith("row,seed,selfDistance")
                .contains("+ cycle + GAN,2,0.390000,0.390000,20.000000");
    }

    @Test
    void theOutputSaysWhetherTheOrderIsThatOfThePaper() {
        assertThat(table(0.4, 0.1).order())
                .contains("distance, self: + cycle + GAN < + cycle < baseline, the order of the paper")
                .contains("Wasserstein: + cycle + GAN < + cycle < baseline, the order of the paper");
        assertThat(table(0.2, 0.19).order())
                .contains("distance, self: + cycle < + cycle + GAN < baseline, which differs from the paper's order");
    }

    @Test
    void allRowsAreTrainedAndShown() throws IOException {
        ComputeThreads.use(1);
        try (Generator avatars = Avatars.load()) {
            ProjectorAblation ablation = new ProjectorAblation(
                    Pictures.quick().evaluation(4, 2), 2, ImageDistance.dissimilarity(), "1 - SSIM", 8, 77);
            List<String> stages = new ArrayList<>();
            ProjectorAblation.Result result = ablation.run(
                    avatars.memory("layer6"), Avatars.random(4, 2, 3, 64, 64).muli(0.3), List.of(1L), progress -> {
                        stages.add(progress.stage());
                        return RewriteListener.SILENT.onProgress(progress);
                    });
            assertThat(result.table().runs()).extracting(AblationTable.Run::row).containsExactly(AblationRow.values());
            assertThat(result.table().runs()).allSatisfy(run -> {
                assertThat(run.psnr()).isPositive();
                assertThat(run.wasserstein()).isPositive();
            });
            assertThat(stages).anyMatch(stage -> stage.startsWith("+ cycle + GAN, seed 1: training"));
            result.sheet().write(folder.resolve("sheet.png"));
            assertThat(folder.resolve("sheet.png")).isNotEmptyFile();
        }
    }
}
