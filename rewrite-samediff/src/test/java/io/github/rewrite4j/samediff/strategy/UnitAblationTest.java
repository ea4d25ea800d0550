package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.closedform.SelectedKeys;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.linalg.Matrix;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

class UnitAblationTest {
    private static final Generator AVATARS = Avatars.load();
    private static final Region HEAD = Region.ellipse(32, 12, 9, 6);
    private static final Edit EDIT = Edit.copy(Sample.of(17), HEAD).pasteInto(Sample.of(4), HEAD);

    @AfterAll
    static void close() {
        AVATARS.close();
    }

    @Test
    void theWeightsOfTheTopUnitsBecomeZeroAndNoOthersChange() {
        AssociativeMemory memory = AVATARS.memory("layer5");

        Rewrite rewrite = UnitAblation.standard().evaluatedOn(8, 2).rewrite(memory, EDIT);

        List<Integer> units = Arrays.stream(
                        Named.in(rewrite.patch().notes(), "units").split(","))
                .map(Integer::valueOf)
                .toList();
        assertThat(units).hasSize(5).doesNotHaveDuplicates();
        String weight = memory.spec().first().weight();
        INDArray before = Named.in(memory.weights(), weight);
        try (Generator ablated = AVATARS.with(rewrite.patch())) {
            INDArray after = Named.in(ablated.memory("layer5").weights(), weight);
            for (int u = 0; u < 96; u++) {
                INDArray column =
                        after.get(NDArrayIndex.all(), NDArrayIndex.point(u), NDArrayIndex.all(), NDArrayIndex.all());
                INDArray expected =
                        before.get(NDArrayIndex.all(), NDArrayIndex.point(u), NDArrayIndex.all(), NDArrayIndex.all());
                double distance = units.contains(u)
                        ? column.amaxNumber().doubleValue()
                        : column.sub(expected).amaxNumber().doubleValue();
                assertThat(distance).as("unit " + u).isZero();
            }
        }
        assertThat(rewrite.report().fresh()).isPresent();
        assertThat(rewrite.report().interference().orElseThrow().mean()).isBetween(0.001, 2.0);
        assertThat(rewrite.report().change().relativeNorm()).isBetween(0.01, 1.0);
    }

    @Test
    void scoresAreMeanLogsOfUpperQuantiles() {
        AssociativeMemory memory = AVATARS.memory("layer2");
        INDArray population = memory.keys(memory.sampler().sample(64, 3)).tensor();
        double[] low = new double[128];
        double[] high = new double[128];
        for (int u = 0; u < 128; u++) {
            INDArray unit =
                    population.get(NDArrayIndex.all(), NDArrayIndex.point(u), NDArrayIndex.all(), NDArrayIndex.all());
            low[u] = unit.minNumber().doubleValue() - 1;
            high[u] = unit.maxNumber().doubleValue() + 1;
        }
        int cells = 64 * 8 * 8;
        double top = Math.log(cells + 1.0);

        double[] scores =
                UnitAblation.scores(memory, SelectedKeys.of(Matrix.of(new double[][] {low, high}), 0.25, 0.75));

        assertThat(scores[0]).isCloseTo(0.75 * top, within(1e-9));
        assertThat(scores[127]).isCloseTo(0.75 * top, within(1e-9));
    }

    @Test
    void sharesLieAboveZero() {
        assertThatThrownBy(() -> UnitAblation.ofShare(0)).hasMessageContaining("(0, 1]");
    }
}
