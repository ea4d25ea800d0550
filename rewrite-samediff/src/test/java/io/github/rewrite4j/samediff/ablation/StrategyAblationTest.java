package io.github.rewrite4j.samediff.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.BackwardProjector;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.ProjectorSpec;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.evaluation.ScoreTable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class StrategyAblationTest {
    private static final StrategyAblation.Size SMALL = new StrategyAblation.Size(8, 8, 4);

    /** The table's numbers again, from the pictures: everything inside the mask, and four pixels from it. */
    private static void requireNumbersOf(StrategyAblation.Outcome outcome, Mask mask, String row) {
        ScoreTable table = outcome.table();
        double[] goal = Differences.doubles(picture(outcome, "goal"));
        double[] before = Differences.doubles(picture(outcome, "unedited"));
        double[] after = Differences.doubles(picture(outcome, row));
        double inside = 0;
        double unedited = 0;
        double outside = 0;
        int[] counts = new int[2];
        for (int i = 0; i < goal.length; i++) {
            int pixel = i % 4096;
            if (mask.value(pixel / 64, pixel % 64) > 0) {
                inside += Math.abs(clipped(after[i]) - clipped(goal[i]));
                unedited += Math.abs(clipped(before[i]) - clipped(goal[i]));
                counts[0]++;
            } else if (far(mask, pixel / 64, pixel % 64)) {
                outside += Math.abs(clipped(after[i]) - clipped(before[i]));
                counts[1]++;
            }
        }
        // Every picture has as many pixels inside, so that the mean over pictures is the mean over pixels.
        assertThat(table.mean(row, "success")).as(row).isCloseTo(1 - inside / unedited, within(1e-5));
        assertThat(table.mean(row, "L1 inside")).as(row).isCloseTo(inside / counts[0], within(1e-6));
        assertThat(table.mean(row, "L1 outside")).as(row).isCloseTo(outside / counts[1], within(1e-6));
    }

    private static INDArray picture(StrategyAblation.Outcome outcome, String row) {
        return Objects.requireNonNull(
                Objects.requireNonNull(outcome.pictures().get("disc"), "disc").get(row), row);
    }

    private static double clipped(double value) {
        return Math.max(-1, Math.min(1, value));
    }

    private static boolean far(Mask mask, int y, int x) {
        for (int v = Math.max(0, y - 4); v <= Math.min(63, y + 4); v++) {
            for (int u = Math.max(0, x - 4); u <= Math.min(63, x + 4); u++) {
                if (mask.value(v, u) > 0) {
                    return false;
                }
            }
        }
        return true;
    }

    @Test
    void everyWayIsTriedMeasuredAndComparedAsItsPicturesSay() throws IOException {
        try (Generator avatars = Avatars.load()) {
            Exemplar disc = Exemplar.of(Nd4j.ones(3, 64, 64).muli(-0.7), Region.ellipse(32, 27, 9, 8));
            StrategyAblation.Task task = new StrategyAblation.Task("disc", List.of(disc), List.of(disc));
            StrategyAblation ablation =
                    new StrategyAblation(avatars, new Zero(avatars.memory("layer6")), Avatars.discriminator(), SMALL);
            StrategyAblation.Outcome outcome = ablation.run(List.of(task), List.of(3L), RewriteListener.SILENT);
            ScoreTable table = outcome.table();
            assertThat(table.rows())
                    .startsWith("GAN", "all layers, overfit", "Layer=1")
                    .endsWith(
                            "images, Layer=3",
                            "best buddies, naive",
                            "best buddies, poisson",
                            "best buddies, laplacian")
                    .hasSize(13);
            assertThat(outcome.pictures()).containsOnlyKeys("disc");
            assertThat(outcome.pictures().get("disc"))
                    .containsKeys("unedited", "goal")
                    .hasSize(15);
            assertThat(outcome.seconds().keySet()).containsExactlyElementsOf(table.rows());
            for (String row : table.rows()) {
                requireNumbersOf(outcome, disc.mask(), row);
            }
            // A projector that answers everything with zeros teaches next to nothing, while images need none.
            List<String> published = List.of(
                    "GAN",
                    "Layer=1",
                    "Layer=1 + balance",
                    "Layer=2",
                    "Layer=2 + balance",
                    "Layer=2 + balance, many contexts");
            assertThat(published)
                    .allSatisfy(row -> assertThat(table.mean(row, "success")).isLessThan(0.25));
            assertThat(List.of("images, Layer=2", "images, Layer=3"))
                    .allSatisfy(row -> assertThat(table.mean(row, "success")).isGreaterThan(0.5));
            // Training every weight changes more elsewhere than any change of one to three layers; balance has its
            // price.
            double everything =
                    Math.min(table.mean("GAN", "L1 outside"), table.mean("all layers, overfit", "L1 outside"));
            assertThat(table.rows().subList(2, 10))
                    .allSatisfy(row -> assertThat(table.mean(row, "L1 outside")).isLessThan(everything));
            for (String layers : List.of("Layer=1", "Layer=2")) {
                assertThat(table.mean(layers + " + balance", "L1 outside"))
                        .isGreaterThan(table.mean(layers, "L1 outside"));
            }
            // What is nearer to the goal by its pixels is nearer to the eye.
            String eye = ablation.perceptualColumn();
            assertThat(eye).isEqualTo("RFP (1) inside");
            assertThat(table.mean("images, Layer=3", eye)).isLessThan(table.mean("Layer=1", eye));
            // The disc is a cut-out: put on a context, it has surroundings in which something corresponds.
            assertThat(table.markdown())
                    .contains("Best buddies are found through RFP")
                    .doesNotContain("nothing corresponded in 4 of 4 images");
            assertThat(table.markdown()).contains("order").contains("Reduced sizes");
            assertThatThrownBy(() -> ablation.run(List.of(), List.of(1L), RewriteListener.SILENT))
                    .hasMessageContaining("At least one object");
        }
    }

    /** Projects everything to zeros. */
    private record Zero(AssociativeMemory of) implements BackwardProjector {
        @Override
        public ProjectorSpec spec() {
            return ProjectorSpec.of(of.spec(), Map.of());
        }

        @Override
        public INDArray project(INDArray images) {
            return Nd4j.zeros(
                    images.size(0),
                    of.spec().valueShape().channels(),
                    of.spec().valueShape().height(),
                    of.spec().valueShape().width());
        }
    }
}
