package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.closedform.ExactUpdate;
import io.github.rewrite4j.samediff.closedform.RidgeUpdate;
import io.github.rewrite4j.samediff.generator.foreign.SameDiffGenerator;
import io.github.rewrite4j.samediff.generator.foreign.ToyGraph;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class ClosedFormRewriteTest {
    private static final Generator TOY = SameDiffGenerator.of(ToyGraph.generator())
            .input("z", 6)
            .output("image")
            .build();

    /** New values for the four cells in the middle, on both sides of zero. */
    private static Rule rule(AssociativeMemory memory) {
        Keys keys = memory.keys(TOY.sample(1, 5));
        INDArray values = memory.values(keys).tensor();
        INDArray goal = values.add(Avatars.random(7, values.shape()).muli(0.5));
        return new Rule(keys, goal, List.of(new Box(3, 3, 5, 5)));
    }

    @Test
    void exactFormsOnPatchesAreExactForLayersWithoutDemodulation() {
        AssociativeMemory memory = TOY.memory("gained");

        Rewrite rewrite = ClosedFormRewrite.onPatches(ExactUpdate.exact().withRidge(1e-6))
                .statistics(50, 1)
                .rewrite(memory, rule(memory), RewriteListener.SILENT);

        assertThat(linearResidual(rewrite)).isLessThan(1e-4);
        assertThat(rewrite.report().constraintResidual()).isLessThan(1e-3);
        assertThat(rewrite.report().lossBefore()).isGreaterThan(0.1);
        assertThat(rewrite.report().strategy()).isEqualTo("closed-form/patches/ExactUpdate");
    }

    @Test
    void exactFormsOnChannelsChangeTheCentreTapAlone() {
        AssociativeMemory memory = TOY.memory("gained");

        Rewrite rewrite = ClosedFormRewrite.onChannels(ExactUpdate.exact().withRidge(1e-6))
                .statistics(50, 1)
                .rewrite(memory, rule(memory), RewriteListener.SILENT);

        assertThat(linearResidual(rewrite)).isLessThan(1e-3);
        assertThat(rewrite.report().constraintResidual()).isLessThan(1e-2);
        INDArray change = rewrite.patch().deltas().get(0).toDense();
        double all = change.norm1Number().doubleValue();
        double centre = 0;
        for (int o = 0; o < 8; o++) {
            for (int i = 0; i < 8; i++) {
                centre += Math.abs(change.getDouble(o, i, 1, 1));
            }
        }
        assertThat(centre).isEqualTo(all);
    }

    @Test
    void channelsServeLayersOfOneTapWithoutDimensions() {
        AssociativeMemory memory = TOY.memory("dense");
        Keys keys = memory.keys(TOY.sample(2, 5));
        INDArray goal = memory.values(keys).tensor().add(0.25);
        Rule rule = new Rule(keys, goal, List.of(new Box(0, 0, 1, 1), new Box(0, 0, 1, 1)));

        Rewrite rewrite = ClosedFormRewrite.onChannels(ExactUpdate.exact())
                .statistics(100, 1)
                .rewrite(memory, rule, RewriteListener.SILENT);

        assertThat(linearResidual(rewrite)).isLessThan(1e-4);
        assertThat(rewrite.report().constraintResidual()).isLessThan(1e-3);
    }

    @Test
    void softFormsGoPartOfTheWay() {
        AssociativeMemory memory = TOY.memory("gained");

        double strict = linearResidual(soft(memory, 0.01));
        double lenient = linearResidual(soft(memory, 100));

        assertThat(strict).isLessThan(lenient);
        assertThat(lenient).isBetween(0.1, 1.0);
    }

    private static Rewrite soft(AssociativeMemory memory, double gamma) {
        return ClosedFormRewrite.onPatches(RidgeUpdate.of(gamma))
                .statistics(50, 1)
                .rewrite(memory, rule(memory), RewriteListener.SILENT);
    }

    @Test
    void moreCellsThanChannelsCannotBeExact() {
        AssociativeMemory memory = TOY.memory("gained");
        Rule four = rule(memory);
        Rule wide = new Rule(four.keys(), four.goal(), List.of(new Box(0, 0, 4, 4)));

        assertThatThrownBy(
                        () -> ClosedFormRewrite.onChannels(ExactUpdate.exact().withRidge(1e-6))
                                .statistics(20, 1)
                                .rewrite(memory, wide, RewriteListener.SILENT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16 pairs");
    }

    @Test
    void stridedLayersTakePatchesOnly() {
        AssociativeMemory memory = TOY.memory("strided");
        Keys keys = memory.keys(TOY.sample(1, 5));
        Rule rule = new Rule(keys, memory.values(keys).tensor().add(0.5), List.of(new Box(1, 1, 2, 3)));

        assertThatThrownBy(() -> ClosedFormRewrite.onChannels(ExactUpdate.exact())
                        .statistics(20, 1)
                        .rewrite(memory, rule, RewriteListener.SILENT))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("onPatches");
        assertThat(linearResidual(
                        ClosedFormRewrite.onPatches(ExactUpdate.exact().withRidge(1e-6))
                                .statistics(60, 1)
                                .rewrite(memory, rule, RewriteListener.SILENT)))
                .isLessThan(1e-3);
    }

    @Test
    void demodulatedLayersAreExactInTheLinearStageOnly() {
        Region patch = Region.ellipse(32, 12, 5, 5);
        Edit edit = Edit.copy(Sample.of(17), patch).pasteInto(Sample.of(4), patch);
        try (Generator avatars = Avatars.load()) {
            AssociativeMemory memory = avatars.memory("layer6");

            Rewrite rewrite = ClosedFormRewrite.onPatches(ExactUpdate.exact().withRidge(1e-4))
                    .statistics(10, 1)
                    .evaluatedOn(4, 2)
                    .rewrite(memory, edit);

            assertThat(linearResidual(rewrite)).isLessThan(1e-3);
            assertThat(rewrite.report().constraintResidual()).isBetween(linearResidual(rewrite), 1.0);
            assertThat(rewrite.report().fresh()).isPresent();
        }
    }

    private static double linearResidual(Rewrite rewrite) {
        return Double.parseDouble(Named.in(rewrite.patch().notes(), "linearResidual"));
    }
}
