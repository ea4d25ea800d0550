package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.generator.foreign.SameDiffGenerator;
import io.github.rewrite4j.samediff.generator.foreign.ToyGraph;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class TransplantTest {
    private static final Generator TOY = SameDiffGenerator.of(ToyGraph.generator())
            .input("z", 6)
            .output("image")
            .build();
    private static final AssociativeMemory MEMORY = TOY.memory("gained");
    private static final Inputs SHOWN = TOY.sample(1, 1);
    private static final Inputs WANTED = TOY.sample(1, 2);
    private static final Region REGION = Region.rectangle(2, 3, 2, 1);

    @Test
    void selectedCellsGetTheValuesOfTheEditedInput() {
        Rule rule = new Transplant(SHOWN, WANTED, List.of(REGION), 1).rule(MEMORY);

        INDArray own = MEMORY.values(MEMORY.keys(SHOWN)).tensor();
        INDArray edited = MEMORY.values(MEMORY.keys(WANTED)).tensor();
        assertThat(rule.boxes()).containsExactly(new Box(2, 1, 5, 5));
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 8; x++) {
                INDArray source = y == 3 && (x == 2 || x == 3) ? edited : own;
                assertThat(rule.goal().getDouble(0, 5, y, x)).isCloseTo(source.getDouble(0, 5, y, x), within(1e-6));
            }
        }
    }

    @Test
    void theContextIsWhatTheRegionSelects() {
        assertThat(Transplant.of(SHOWN, WANTED, REGION).context(MEMORY).count()).isEqualTo(2);
    }

    @Test
    void lowRankRewritesLearnIt() {
        Transplant transplant = new Transplant(SHOWN, WANTED, List.of(REGION), 0);

        Rewrite rewrite = LowRankRewrite.rank(2)
                .gamma(0)
                .statistics(50, 1)
                .rewrite(MEMORY, transplant.rule(MEMORY), transplant.context(MEMORY), RewriteListener.SILENT);

        assertThat(rewrite.report().lossAfter())
                .isLessThan(0.5 * rewrite.report().lossBefore());
        assertThat(rewrite.report().fresh()).isEmpty();
        assertThat(rewrite.patch().deltas().get(0).rank()).isEqualTo(2);
    }

    @Test
    void everyInputNeedsItsEdit() {
        assertThatThrownBy(() -> new Transplant(SHOWN, TOY.sample(2, 2), List.of(REGION), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1, 2 and 1");
    }
}
