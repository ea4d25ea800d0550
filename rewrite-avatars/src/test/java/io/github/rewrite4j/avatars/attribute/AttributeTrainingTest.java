package io.github.rewrite4j.avatars.attribute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.perception.Augmentation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttributeTrainingTest {
    private static final AttributeArchitecture SMALL =
            new AttributeArchitecture(DrawnShapes.SIZE, List.of(12, 24), 4, 12);
    private static final AttributeRecipe RECIPE = new AttributeRecipe(
            "shape network", SMALL, 3, 150, 16, 1e-2, 32, new Augmentation(1, 0.1, 0.05, 0.02, 0.3));

    @TempDir
    private Path directory;

    @Test
    void theLossFallsAndHeldOutPicturesAreNamed() throws IOException {
        List<Double> losses = new ArrayList<>();
        AttributeNetwork network = new AttributeTraining(RECIPE).train(new DrawnShapes(160, 1), progress -> {
            losses.add(progress.loss());
            return true;
        });
        assertThat(losses).hasSize(150);
        assertThat(mean(losses.subList(140, 150))).isLessThan(0.5 * mean(losses.subList(0, 10)));
        AttributeScores scores = network.scores().orElseThrow();
        assertThat(scores.pictures()).isEqualTo(32);
        assertThat(scores.accuracy().get("shape")).isGreaterThan(0.6);
        assertThat(scores.colourError().get("ink")).isLessThan(40);
        assertThat(network.notes()).containsEntry("seed", "3").containsKey("recipe");
        assertThat(scores.toString()).contains("32 held-out pictures");
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(value -> value).average().orElseThrow();
    }

    @Test
    void aSeedGivesTheSameBytesAndAnotherSeedOthers() throws IOException {
        byte[] first = bytes(RECIPE.withSteps(5), "first");
        assertThat(bytes(RECIPE.withSteps(5), "second")).isEqualTo(first);
        AttributeRecipe other = new AttributeRecipe("shape network", SMALL, 4, 5, 16, 1e-2, 32, RECIPE.augmentation());
        assertThat(bytes(other, "third")).isNotEqualTo(first);
    }

    private byte[] bytes(AttributeRecipe recipe, String name) throws IOException {
        Path file = directory.resolve(name);
        new AttributeTraining(recipe)
                .train(new DrawnShapes(64, 1), RewriteListener.SILENT)
                .save(file);
        return Files.readAllBytes(file);
    }

    @Test
    void aListenerCanStopIt() {
        assertThatThrownBy(() ->
                        new AttributeTraining(RECIPE).train(new DrawnShapes(64, 1), progress -> progress.step() < 3))
                .isInstanceOf(RewriteCancelledException.class);
    }

    @Test
    void aDivergedLossStopsWithASentence() {
        LabelledImages broken = new DrawnShapes(64, 1) {
            @Override
            public void copyImage(int image, float[] to) {
                super.copyImage(image, to);
                to[0] = image == 7 ? Float.NaN : to[0];
            }
        };
        assertThatThrownBy(() -> new AttributeTraining(RECIPE).train(broken, RewriteListener.SILENT))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("NaN")
                .hasMessageContaining("shape network");
    }

    @Test
    void tooFewPicturesAndOtherSizesAreRefused() {
        assertThatThrownBy(() -> new AttributeTraining(RECIPE).train(new DrawnShapes(40, 1), RewriteListener.SILENT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("give more pictures");
        AttributeRecipe large = AttributeRecipe.of("large", new AttributeArchitecture(64, List.of(8, 8), 3, 8), 1);
        assertThatThrownBy(() -> new AttributeTraining(large.withHoldOut(8))
                        .train(new DrawnShapes(64, 1), RewriteListener.SILENT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("64");
        assertThatThrownBy(() -> new AttributeArchitecture(20, List.of(8, 8, 8), 3, 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("halved");
    }
}
