package io.github.rewrite4j.samediff.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Erasure;
import io.github.rewrite4j.edit.ErasurePlan;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.ExemplarPlan;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.edit.TransplantEdit;
import io.github.rewrite4j.edit.TransplantPlan;
import io.github.rewrite4j.samediff.Avatars;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class ContextLayersTest {
    private static final Region EYES = Region.ellipse(25, 29, 4, 4).union(Region.ellipse(39, 29, 4, 4));

    @Test
    void theLayerThatTellsMarkedPlacesBestIsChosenForWhatStartsFromThem() {
        List<Selection> marks = List.of(new Selection(Sample.of(0), EYES), new Selection(Sample.of(1), EYES));
        try (Generator avatars = Avatars.load()) {
            ContextLayers choice = ContextLayers.of(avatars, marks, RewriteListener.SILENT);
            assertThat(choice.focus()).hasSize(9);
            double best = choice.focus().values().stream()
                    .filter(OptionalDouble::isPresent)
                    .mapToDouble(OptionalDouble::getAsDouble)
                    .max()
                    .orElseThrow();
            assertThat(choice.focus().get(choice.layer())).hasValue(best);
            assertThat(best).isBetween(0.2, 1.0);
            assertThat(choice.reason()).startsWith(choice.layer()).contains("tell the marked places");
            assertThat(choice.facts().names()).containsExactly("layer", "reason", "focus");

            ErasurePlan plan = new ErasurePlan(new Erasure(marks.get(0), marks), LayerChoice.AUTO, 0.1, 2);
            ChosenLayer chosen = ChosenLayer.of(avatars, plan, RewriteListener.SILENT);
            assertThat(chosen.plan().layer()).isEqualTo(choice.layer());
            assertThat(chosen.reason()).isEqualTo(choice.reason());
            assertThat(ChosenLayer.of(avatars, chosen.plan(), RewriteListener.SILENT)
                            .reason())
                    .isEmpty();
            assertThatThrownBy(() -> ContextLayers.of(avatars, marks, progress -> false))
                    .isInstanceOf(RewriteCancelledException.class);
            assertThatThrownBy(() -> ContextLayers.of(avatars, List.of(), RewriteListener.SILENT))
                    .hasMessageContaining("at least one place");
        }
    }

    @Test
    void objectsFromPicturesAreLearntAroundHalfTheSizeAndEarlierWithExceptions() {
        Exemplar dark = Exemplar.cutOut(Nd4j.zeros(3, 64, 64), EYES.onImage(64, 64));
        try (Generator avatars = Avatars.load()) {
            for (boolean exceptions : new boolean[] {false, true}) {
                ExemplarPlan plan = new ExemplarPlan(
                        List.of(dark),
                        List.of(),
                        ExemplarEdit.of(dark).contexts(),
                        exceptions ? List.of(new Sample(4, 0)) : List.of(),
                        LayerChoice.AUTO,
                        ExemplarPlan.Place.AS_SHOWN,
                        OptionalInt.empty(),
                        0);
                ChosenLayer chosen = ChosenLayer.of(avatars, plan, RewriteListener.SILENT);
                assertThat(chosen.plan().layer()).isEqualTo(exceptions ? "layer3..layer7" : "layer5..layer7");
                assertThat(chosen.reason()).startsWith(chosen.plan().layer());
            }
            TransplantPlan pairs = new TransplantPlan(
                    new TransplantEdit(List.of(new TransplantEdit.Pair(Sample.of(1), Sample.of(2), Region.full()))),
                    LayerChoice.AUTO,
                    Method.LowRank.of(1));
            assertThatThrownBy(() -> ChosenLayer.of(avatars, pairs, RewriteListener.SILENT))
                    .isInstanceOf(RewriteException.class)
                    .hasMessageContaining("name one");
        }
    }
}
