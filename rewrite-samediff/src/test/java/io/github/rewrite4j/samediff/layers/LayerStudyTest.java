package io.github.rewrite4j.samediff.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.Avatars;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class LayerStudyTest {
    private static Generator avatars;

    @BeforeAll
    static void load() {
        avatars = Avatars.load();
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    @Test
    void oneValueDrawsOneSmallShape() {
        for (String layer : List.of("layer4", "layer6", "layer8")) {
            IsolatedPatches patches = IsolatedPatches.of(avatars.memory(layer));
            try (Inputs inputs = avatars.sample(12, 3)) {
                List<Box> cells = patches.spread(12, 1);
                double focus = patches.focus(inputs, cells, 1);
                assertThat(focus).as(layer).isGreaterThanOrEqualTo(0.8);
                assertThat(patches.focus(inputs, cells, 0)).as(layer).isBetween(0.0, focus);
            }
        }
    }

    @Test
    void theWholeGridIsTheImageAndNothingIsTheBackground() {
        IsolatedPatches patches = IsolatedPatches.of(avatars.memory("layer5"));
        try (Inputs inputs = avatars.sample(1, 3)) {
            INDArray whole = patches.draw(inputs, List.of(new Box(0, 0, 16, 16)));
            assertThat(whole.equalsWithEps(avatars.generate(inputs), 1e-4)).isTrue();
            INDArray one = patches.draw(inputs, List.of(new Box(0, 0, 1, 1)));
            INDArray background = patches.background(inputs);
            // The far corner of the picture lies beyond the reach of the cell.
            for (int c = 0; c < 3; c++) {
                assertThat(one.getFloat(0, c, 63, 63)).isEqualTo(background.getFloat(0, c, 63, 63));
            }
            assertThatThrownBy(() -> patches.draw(inputs, List.of(new Box(0, 0, 17, 1))))
                    .hasMessageContaining("does not lie");
        }
    }

    @Test
    void wholeMapsDrawTheVeryImagesAndSingleValuesDoNot() {
        LayerStudy.Findings findings =
                LayerStudy.on(16).of(avatars.memory("layer3"), avatars.generate(avatars.sample(16, 7)));
        assertThat(findings.sizes()).extracting(LayerStudy.Size::cells).containsExactly(1, 2, 4, 8);
        assertThat(findings.sizes()).extracting(LayerStudy.Size::pixels).containsExactly(8, 16, 32, 64);
        assertThat(findings.sizes().get(3).frechet()).isLessThan(1e-3);
        assertThat(findings.sizes().get(0).frechet()).isGreaterThan(0.05);
        assertThat(findings.facts().asMap()).containsKeys("layer", "focus", "sizes");
        assertThatThrownBy(() -> LayerStudy.on(7)).hasMessageContaining("8 parts");
    }

    @Test
    void aLayerIsChosenByTryingAllOfThem() {
        Region lip = Region.ellipse(32, 37, 9, 2.5);
        EditPlan plan =
                EditPlan.of(Edit.copy(Sample.of(204), lip).pasteInto(Sample.of(1000), lip), LayerChoice.AUTO, 1);
        assertThat(LayerChoice.isWanted(plan.layer())).isTrue();
        LayerChoice choice = LayerChoice.of(avatars, plan, RewriteListener.SILENT);
        assertThat(choice.trials()).hasSize(9);
        double best =
                choice.trials().stream().mapToDouble(EditTrial::score).max().orElseThrow();
        assertThat(choice.trials())
                .filteredOn(trial -> trial.layer().equals(choice.layer()))
                .singleElement()
                .satisfies(trial -> assertThat(trial.score()).isEqualTo(best));
        assertThat(choice.reason()).contains(choice.layer(), "best of");
        assertThat(choice.applied(plan).layer()).isEqualTo(choice.layer());
        assertThatThrownBy(() -> LayerChoice.of(avatars, plan, progress -> false))
                .isInstanceOf(RewriteCancelledException.class);
    }
}
