package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.NotFiniteException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.closedform.RidgeUpdate;
import io.github.rewrite4j.samediff.closedform.SelectedKeys;
import io.github.rewrite4j.samediff.generator.foreign.SameDiffGenerator;
import io.github.rewrite4j.samediff.generator.foreign.ToyGraph;
import io.github.rewrite4j.samediff.tape.Divergence;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A training that diverges fails, says when, and what to do. */
class DivergenceTest {
    private static final Generator TOY = SameDiffGenerator.of(ToyGraph.generator())
            .input("z", 6)
            .output("image")
            .build();
    private static final AssociativeMemory MEMORY = TOY.memory("gained");

    @AfterAll
    static void close() {
        TOY.close();
    }

    private static Rule rule(float odd) {
        Keys keys = MEMORY.keys(TOY.sample(1, 5));
        INDArray values = MEMORY.values(keys).tensor();
        INDArray goal = values.add(Avatars.random(7, values.shape()).muli(0.5));
        goal.putScalar(new int[] {0, 1, 4, 4}, odd);
        return new Rule(keys, goal, List.of(new Box(3, 3, 5, 5)));
    }

    private static SelectedKeys context() {
        INDArray keys = MEMORY.keys(TOY.sample(1, 5)).tensor();
        INDArray area = Nd4j.zeros(8, 8);
        for (int y = 3; y < 5; y++) {
            area.putScalar(y, 3, 1);
            area.putScalar(y, 4, 1);
        }
        return SelectedKeys.under(keys.slice(0), area);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e4, 1e12, 1e100, 1e308})
    void insertionsSayWhichRate(double rate) {
        LowRankRewrite quick = LowRankRewrite.rank(1).statistics(64, 1);
        for (LowRankRewrite strategy : List.of(quick.byAdam(5, rate), quick.byProjectedGradient(5, rate))) {
            assertThatThrownBy(() -> strategy.rewrite(MEMORY, rule(0), context(), RewriteListener.SILENT))
                    .isInstanceOf(RewriteException.class)
                    .hasMessageContaining("diverged")
                    .hasMessageContaining("5")
                    .hasMessageContaining("Lower the learning rate, now " + rate);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void goalsThatAreNoNumbersAreRefusedByTheirPlace(float odd) {
        assertThatThrownBy(() -> LowRankRewrite.rank(1)
                        .statistics(64, 1)
                        .rewrite(MEMORY, rule(odd), context(), RewriteListener.SILENT))
                .isInstanceOf(NotFiniteException.class)
                .hasMessageContaining("goal")
                .hasMessageContaining("sample 0, channel 1, row 4, column 4");
        assertThatThrownBy(() -> ClosedFormRewrite.onPatches(RidgeUpdate.of(1))
                        .statistics(50, 1)
                        .rewrite(MEMORY, rule(odd), RewriteListener.SILENT))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("finite");
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e10, 1e25, 1e38})
    void trainingsSayWhichRate(double rate) {
        float[][] mask = new float[64][64];
        for (int y = 20; y < 30; y++) {
            for (int x = 20; x < 44; x++) {
                mask[y][x] = 1;
            }
        }
        Exemplar square = Exemplar.cutOut(Nd4j.ones(3, 64, 64), Mask.of(mask)).named("square");
        ExemplarEdit edit = ExemplarEdit.of(square).shownOn(Sample.range(1, 0, 4));
        OutOfDomainRewrite strategy =
                OutOfDomainRewrite.inImages().steps(4).batch(4, 0).rate(rate).evaluatedOn(List.of(), 0, 2);
        try (Generator avatars = Avatars.load()) {
            AssociativeMemory memory = avatars.memory("layer5", "layer6");
            assertThatThrownBy(() -> strategy.rewrite(memory, edit))
                    .isInstanceOf(RewriteException.class)
                    .hasMessageMatching("(?s).*(diverged|finite).*ower the learning rate.*");
        }
    }

    @Test
    void aDescentThatEndsWhereItBeganIsNone() {
        Divergence divergence = new Divergence("It", 70, "Do less");
        divergence.requireDescent(1, 1.9);
        assertThatThrownBy(() -> divergence.requireDescent(1, 2.1))
                .hasMessage("It diverged: after 70 steps the loss is 2.1000, and it was 1.0000 at first; nothing was"
                        + " changed. Do less.");
        assertThatThrownBy(() -> divergence.require(Double.NaN, 2))
                .isInstanceOf(NotFiniteException.class)
                .hasMessage("It diverged: the loss is NaN at step 3 of 70, and nothing was changed. Do less.");
        divergence.requireDescent(0, 5);
    }
}
