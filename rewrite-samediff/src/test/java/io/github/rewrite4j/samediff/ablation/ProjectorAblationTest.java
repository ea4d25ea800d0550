package io.github.rewrite4j.samediff.ablation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.projector.ImageDistance;
import io.github.rewrite4j.samediff.projector.ProjectorTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectorAblationTest {
    @TempDir
    private Path folder;

    @Test
    void allRowsAreTrainedAndShown() throws IOException {
        ComputeThreads.use(1);
        try (Generator avatars = Avatars.load()) {
            ProjectorAblation ablation = new ProjectorAblation(
                    ProjectorTraining.defaults()
                            .batch(2)
                            .pool(8)
                            .standardisedOn(8)
                            .evaluation(4, 2),
                    2,
                    ImageDistance.dissimilarity(),
                    "1 - SSIM",
                    8,
                    77);
            List<String> stages = new ArrayList<>();
            ProjectorAblation.Result result = ablation.run(
                    avatars.memory("layer6"), Avatars.random(4, 2, 3, 64, 64).muli(0.3), List.of(1L), progress -> {
                        stages.add(progress.stage());
                        return RewriteListener.SILENT.onProgress(progress);
                    });
            assertThat(result.table().rows())
                    .containsExactly(Arrays.stream(ProjectorRow.values())
                            .map(ProjectorRow::title)
                            .toArray(String[]::new));
            assertThat(result.table().runs())
                    .allSatisfy(run -> assertThat(run.values()).allMatch(value -> Double.isFinite(value) && value > 0));
            assertThat(result.table().markdown()).contains("1 - SSIM").contains("sliced W1");
            assertThat(result.table().notes()).anyMatch(note -> note.contains("order"));
            assertThat(stages).anyMatch(stage -> stage.startsWith("+ cycle + GAN, seed 1: training"));
            result.sheet().write(folder.resolve("sheet.png"));
            assertThat(folder.resolve("sheet.png")).isNotEmptyFile();
        }
    }
}
