package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Erasure;
import io.github.rewrite4j.edit.OriginalSelections;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.closedform.SelectedKeys;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

class RankOneEraseTest {
    private static final Generator AVATARS = Avatars.load();
    private static final AssociativeMemory MEMORY = AVATARS.memory("layer5");
    private static final Region MOUTH = Region.rectangle(24, 40, 16, 8);
    private static final Erasure ERASURE = Erasure.of(new Selection(Sample.of(4), MOUTH))
            .seenAt(new Selection(Sample.of(4), MOUTH))
            .seenAt(new Selection(Sample.of(9), MOUTH));
    private static final LowRankRewrite QUICK =
            LowRankRewrite.rank(1).statistics(48, 1).gamma(0).evaluatedOn(0, 2);

    @AfterAll
    static void close() {
        AVATARS.close();
    }

    /** Mean distance of the example's values under the mouth from those with silent units. */
    private static double distance(AssociativeMemory rewritten, int... units) {
        Keys keys = MEMORY.keys(MEMORY.sampler().at(List.of(Sample.of(4))));
        INDArray silent = keys.tensor().dup('c');
        for (int unit : units) {
            silent.tensorAlongDimension(unit, 0, 2, 3).assign(0);
        }
        INDArray goal = MEMORY.values(keys.withTensor(silent)).tensor();
        INDArray difference = goal.sub(rewritten.values(keys).tensor());
        return difference
                .get(
                        NDArrayIndex.point(0),
                        NDArrayIndex.all(),
                        NDArrayIndex.interval(10, 12),
                        NDArrayIndex.interval(6, 10))
                .dup('c')
                .norm1Number()
                .doubleValue();
    }

    @Test
    void theExampleIsAnsweredAsIfItsUnitsWereSilentByAChangeOfRankOne() {
        Rewrite once = RankOneErase.ofShare(0.1).times(1).insertedBy(QUICK).rewrite(MEMORY, ERASURE);
        Rewrite twice = RankOneErase.ofShare(0.1).insertedBy(QUICK).rewrite(MEMORY, ERASURE);

        int[] units = Arrays.stream(once.patch().notes().get("units").split(","))
                .mapToInt(Integer::parseInt)
                .toArray();
        assertThat(units).hasSize(10);
        assertThat(twice.patch().deltas()).hasSize(1);
        WeightDelta delta = twice.patch().deltas().get(0);
        assertThat(delta.rank()).isEqualTo(1);
        assertThat(twice.patch().notes()).containsEntry("insertions", "2").containsEntry("layer", "layer5");
        double before = distance(MEMORY, units);
        assertThat(distance(MEMORY.with(once.patch()), units)).isLessThan(0.8 * before);
        assertThat(twice.report().change().relativeNorm())
                .isNotEqualTo(once.report().change().relativeNorm());
        assertThat(twice.report().change().rank()).isEqualTo(1);
        assertThat(once.patch().deltas().get(0).toDense().distance2(delta.toDense()))
                .isPositive();
    }

    @Test
    void energyIsRelativeToThatOfAllKeys() {
        KeyCovariance covariance = MEMORY.covariance(8, 1, RewriteListener.SILENT);
        double[] first = new double[96];
        double[] second = new double[96];
        first[5] = 2;
        second[5] = 4;
        second[7] = 1;
        double[] scores =
                RankOneErase.scores(covariance, SelectedKeys.of(Matrix.of(new double[][] {first, second}), 3, 1));
        assertThat(scores[5])
                .isCloseTo((0.75 * 4 + 0.25 * 16) / covariance.matrix().getDouble(5, 5), within(1e-9));
        assertThat(scores[7]).isCloseTo(0.25 / covariance.matrix().getDouble(7, 7), within(1e-9));
        assertThat(scores[0]).isZero();
    }

    @Test
    void filesThatMarkWhatShallGoAreErasures() {
        Selection key = new Selection(Sample.of(3), MOUTH);
        Selection paste = new Selection(Sample.of(4), MOUTH);
        assertThat(Erasure.of(new OriginalSelections(Optional.empty(), Optional.empty(), List.of(key)))
                        .example())
                .isEqualTo(key);
        assertThat(Erasure.of(new OriginalSelections(Optional.empty(), Optional.of(paste), List.of(key))))
                .isEqualTo(new Erasure(paste, List.of(key)));
        assertThat(Erasure.of(new OriginalSelections(Optional.empty(), Optional.of(paste), List.of()))
                        .effectiveContexts())
                .containsExactly(paste);
        assertThatThrownBy(() -> Erasure.of(new OriginalSelections(Optional.of(key), Optional.empty(), List.of())))
                .hasMessageContaining("neither");
        assertThatThrownBy(() -> RankOneErase.ofShare(0)).hasMessageContaining("(0, 1]");
        assertThatThrownBy(() -> RankOneErase.standard().times(0)).hasMessageContaining("1 to 16");
    }
}
