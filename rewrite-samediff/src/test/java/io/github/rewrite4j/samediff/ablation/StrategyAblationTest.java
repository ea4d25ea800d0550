package io.github.rewrite4j.samediff.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.BackwardProjector;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.ProjectorSpec;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.Avatars;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class StrategyAblationTest {
    private static final StrategyAblation.Size TINY = new StrategyAblation.Size(2, 2, 2);

    @Test
    void everyWayIsTriedOnEveryObjectAndCompared() throws IOException {
        try (Generator avatars = Avatars.load()) {
            Exemplar disc = Exemplar.of(Nd4j.ones(3, 64, 64).muli(-0.7), Region.ellipse(32, 27, 9, 8));
            StrategyAblation.Task task = new StrategyAblation.Task("disc", List.of(disc), List.of(disc));
            StrategyAblation ablation =
                    new StrategyAblation(avatars, new Zero(avatars.memory("layer6")), Avatars.discriminator(), TINY);
            StrategyAblation.Outcome outcome = ablation.run(List.of(task), List.of(3L), RewriteListener.SILENT);
            assertThat(outcome.table().rows())
                    .startsWith("GAN", "all layers, overfit", "Layer=1")
                    .endsWith("images, Layer=2", "images + projected target, Layer=2", "images, Layer=3")
                    .hasSize(10);
            assertThat(outcome.table().runs()).allSatisfy(run -> assertThat(run.values())
                    .allSatisfy(value -> assertThat(value).isFinite()));
            assertThat(outcome.table().markdown()).contains("order").contains("Reduced sizes");
            assertThat(outcome.pictures())
                    .containsKeys("unedited", "goal", "GAN")
                    .hasSize(12);
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
