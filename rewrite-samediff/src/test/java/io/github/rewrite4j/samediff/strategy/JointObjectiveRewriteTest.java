package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.samediff.Avatars;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The joint objective on one layer, several, and all of them. */
class JointObjectiveRewriteTest {
    private static final Region EYE = Region.ellipse(40, 28, 5, 3.5);
    private static final Edit WINK = Edit.copy(Sample.of(1), EYE).pasteInto(Sample.range(1, 2000, 2004), EYE);

    private static Generator avatars;

    @BeforeAll
    static void open() throws Exception {
        avatars = Avatars.load();
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    private static Rewrite rewrite(JointObjectiveRewrite strategy, String first, String last) {
        return strategy.rewrite(avatars.memory(first, last), WINK, RewriteListener.SILENT);
    }

    @ParameterizedTest
    @CsvSource({"layer6,layer6", "layer5,layer6", "layer4,layer6"})
    void layersLearnInFeaturesAndNoOthersChange(String first, String last) {
        Rewrite rewrite = rewrite(JointObjectiveRewrite.inFeatures().steps(12).evaluatedOn(0, 2), first, last);
        RewriteReport report = rewrite.report();
        assertThat(report.lossAfter()).isLessThan(report.lossBefore());
        assertThat(rewrite.patch().deltas())
                .extracting(WeightDelta::weight)
                .containsExactlyInAnyOrderElementsOf(
                        avatars.memory(first, last).weights().keySet());
        assertThat(report.rank()).isEmpty();
    }

    @Test
    void allWeightsLearnInImages() {
        List<Layer> layers = avatars.layers();
        AssociativeMemory all = avatars.memory(
                layers.get(0).name(), layers.get(layers.size() - 1).name());
        Patch patch = JointObjectiveRewrite.inImages()
                .weight(4)
                .steps(20)
                .evaluatedOn(0, 2)
                .rewrite(all, WINK, RewriteListener.SILENT)
                .patch();
        assertThat(patch.deltas())
                .extracting(WeightDelta::weight)
                .containsExactlyInAnyOrderElementsOf(all.weights().keySet());
        assertThat(patch.deltas())
                .allSatisfy(delta ->
                        assertThat(delta.toDense().norm2Number().doubleValue()).isPositive());
        String loss = String.valueOf(patch.notes().get("loss"));
        int arrow = loss.indexOf(" -> ");
        assertThat(Double.parseDouble(loss.substring(arrow + 4)))
                .isLessThan(Double.parseDouble(loss.substring(0, arrow)));
    }

    @Test
    void whatShouldStayHoldsAgainstTheWeightOfThePastes() {
        double free = outside(JointObjectiveRewrite.inFeatures().weight(50));
        double held = outside(JointObjectiveRewrite.inFeatures().weight(0.5));
        assertThat(held).isGreaterThan(free + 0.5);
    }

    private static double outside(JointObjectiveRewrite strategy) {
        Edit once = Edit.copy(Sample.of(1), EYE).pasteInto(Sample.of(2000), EYE);
        return strategy.steps(12)
                .evaluatedOn(8, 2)
                .rewrite(avatars.memory("layer6"), once, RewriteListener.SILENT)
                .report()
                .fresh()
                .orElseThrow()
                .outsidePsnr();
    }

    @Test
    void goalsWeighObjectAndRestAsTheObjectiveSays() {
        JointGoals goals =
                JointGoals.of(avatars.memory("layer6"), WINK, Sample.range(6, 0, 2), true, 3, RewriteListener.SILENT);
        assertThat(goals.size()).isEqualTo(6);
        int row = avatars.memory("layer6").spec().valueShape().channels()
                * avatars.memory("layer6").spec().valueShape().cells();
        float[] goal = new float[row];
        float[] weights = new float[row];
        for (int sample : Set.of(0, 5)) {
            goals.copy(sample, goal, weights, 0);
            double sum = 0;
            for (float weight : weights) {
                sum += weight;
            }
            assertThat(sum).isBetween(sample == 0 ? 3.999 : 0.999, sample == 0 ? 4.001 : 1.001);
        }
        assertThat(WINK.pastes()).extracting(Selection::region).containsOnly(EYE);
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> JointObjectiveRewrite.inImages().steps(0)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> JointObjectiveRewrite.inImages().weight(0)).hasMessageContaining("positive");
        assertThatThrownBy(() -> JointObjectiveRewrite.inImages().evaluatedOn(-1, 2))
                .hasMessageContaining("not negative");
        assertThat(JointObjectiveRewrite.inFeatures().name()).isEqualTo("joint-objective/features");
        assertThat(JointObjectiveRewrite.inImages().name()).isEqualTo("joint-objective/images");
    }
}
