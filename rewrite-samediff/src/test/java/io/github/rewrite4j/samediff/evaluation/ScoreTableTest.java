package io.github.rewrite4j.samediff.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.samediff.evaluation.ScoreTable.Better;
import io.github.rewrite4j.samediff.evaluation.ScoreTable.Column;
import io.github.rewrite4j.samediff.evaluation.ScoreTable.Run;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class ScoreTableTest {
    private static ScoreTable table() {
        ScoreTable table = new ScoreTable(
                "Hats", List.of(new Column("success", Better.HIGHER, 2), new Column("error, mean", Better.LOWER, 1)));
        table.add(new Run("old", "cap", 1, List.of(0.5, 3.0)));
        table.add(new Run("new", "cap", 1, List.of(0.75, 2.0)));
        table.add(new Run("old", "cap", 2, List.of(0.75, 1.0)));
        table.add(new Run("new", "cap", 2, List.of(0.25, 1.0)));
        return table;
    }

    @Test
    void meansDeviationsAndWinsAreOverAllRuns() {
        assertThat(table().rows()).containsExactly("old", "new");
        assertThat(table().mean("old", "success")).isEqualTo(0.625);
        assertThat(table().deviation("old", "success")).isCloseTo(Math.sqrt(0.03125), within(1e-12));
        assertThat(table().wins("old", "success")).isEqualTo(1);
        assertThat(table().wins("new", "error, mean")).isEqualTo(2);
        assertThat(table().wins("old", "error, mean")).isEqualTo(1);
    }

    @Test
    void anOrderThatDiffersIsSaid() {
        ScoreTable table = table();
        table.compareOrder("success", List.of("old", "new"), "the paper");
        table.compareOrder("error, mean", List.of("old", "new"), "the paper");
        assertThat(table.notes().get(0)).contains("differs").contains("old is better than new");
        assertThat(table.notes().get(1)).contains("is that of the paper");
    }

    @Test
    void filesHoldEveryRunAndEveryMean() {
        assertThat(table().csv())
                .startsWith("row,task,seed,success,\"error, mean\"\n")
                .contains("new,cap,2,0.25,1.0\n");
        assertThat(table().markdown()).contains("## Hats").contains("| old | 0.63 ± 0.18, 1 wins |");
        assertThat(table().facts().asMap().get("new"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("success", 0.5);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> table().add(new Run("old", "cap", 3, List.of(1.0))))
                .hasMessageContaining("1 values");
        assertThatThrownBy(() -> table().mean("older", "success")).hasMessageContaining("no row 'older'");
        assertThatThrownBy(() -> table().mean("old", "luck")).hasMessageContaining("no column 'luck'");
    }
}
