package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.edit.TransplantEdit;
import io.github.rewrite4j.samediff.closedform.RidgeUpdate;
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
    private static final Subject SHOWN = Subject.of(TOY.sample(1, 1));
    private static final Sample WANTED = new Sample(2, 0);
    private static final Region REGION = Region.rectangle(2, 3, 2, 1);
    private static final TransplantEdit EDIT = TransplantEdit.of(SHOWN, WANTED, REGION);
    private static final Transplant BY_RANK =
            Transplant.by(LowRankRewrite.rank(2).gamma(0).statistics(50, 1));

    @Test
    void selectedCellsGetTheValuesOfTheEditedInput() {
        Rule rule = BY_RANK.surroundings(1).rule(MEMORY, EDIT);

        INDArray own = MEMORY.values(MEMORY.keys(TOY.sample(1, 1))).tensor();
        INDArray edited = MEMORY.values(MEMORY.keys(TOY.sample(1, 2))).tensor();
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
        assertThat(BY_RANK.context(MEMORY, EDIT).count()).isEqualTo(2);
    }

    @Test
    void lowRankRewritesLearnIt() {
        Rewrite rewrite = BY_RANK.surroundings(0).rewrite(MEMORY, EDIT);

        assertThat(rewrite.report().lossAfter())
                .isLessThan(0.5 * rewrite.report().lossBefore());
        assertThat(rewrite.report().fresh()).isEmpty();
        assertThat(rewrite.patch().deltas().get(0).rank()).isEqualTo(2);
        assertThat(rewrite.report().strategy()).isEqualTo(BY_RANK.name()).startsWith("transplant/low-rank");
        assertThat(rewrite.patch().notes()).containsEntry("strategy", BY_RANK.name());
    }

    @Test
    void closedFormsLearnIt() {
        Rewrite rewrite = Transplant.by(
                        ClosedFormRewrite.onChannels(RidgeUpdate.unit(0.02)).statistics(50, 1))
                .surroundings(0)
                .rewrite(MEMORY, EDIT);
        assertThat(rewrite.report().lossAfter())
                .isLessThan(0.7 * rewrite.report().lossBefore());
    }

    @Test
    void samplesAreSubjectsToo() {
        TransplantEdit own = TransplantEdit.of(SHOWN, Subject.of(TOY.sample(1, 2)), REGION);
        assertThat(BY_RANK.rule(MEMORY, own).goal())
                .isEqualTo(BY_RANK.rule(MEMORY, EDIT).goal());
        assertThat(EDIT.samples()).containsExactly(WANTED);
    }

    @Test
    void anEditShowsSomething() {
        assertThatThrownBy(() -> new TransplantEdit(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("shows nothing");
        assertThatThrownBy(() -> BY_RANK.surroundings(-1)).hasMessageContaining("at least 0");
    }
}
