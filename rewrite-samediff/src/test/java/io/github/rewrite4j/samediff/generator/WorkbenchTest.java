package io.github.rewrite4j.samediff.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class WorkbenchTest {
    private final Workbench.Shelf shelf = new Workbench.Shelf();

    private void run(Consumer<Workbench> pass) {
        shelf.with("one kind", pass);
    }

    @Test
    void theSamePlaceGivesTheSameArrays() {
        List<INDArray> given = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            run(bench -> {
                given.add(bench.array(0, 2, 3));
                given.add(bench.own(4));
                given.add(bench.view(given.get(0), 3, 2));
            });
        }
        for (int i = 0; i < 3; i++) {
            assertThat(given.get(i + 3)).isSameAs(given.get(i));
        }
    }

    @Test
    void anArrayOfAPlacesOwnIsNeverAViewThatWasThereBefore() {
        INDArray fed = Nd4j.createFromArray(1f, 2f, 3f, 4f).reshape(4, 1, 1);
        run(bench -> bench.view(fed, 4, 1));
        run(bench -> bench.own(4, 1).assign(9));
        run(bench -> bench.view(fed, 4, 1));
        run(bench -> bench.own(4, 1).assign(9));
        assertThat(fed.data().asFloat()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void whatIsNotDenseIsLookedAtAnewEachTime() {
        INDArray columns = Nd4j.createFromArray(new float[][] {{1, 2}, {3, 4}}).transpose();
        List<float[]> seen = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            run(bench -> seen.add(bench.view(columns, 4).toFloatVector()));
            columns.putScalar(0, 1, 30);
        }
        assertThat(seen.get(0)).containsExactly(1, 3, 2, 4);
        assertThat(seen.get(1)).containsExactly(1, 30, 2, 4);
    }

    @Test
    void anOperationReadsWhatItIsGivenNowAlsoOfAnotherSize() {
        List<float[]> sums = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            INDArray x = Nd4j.createFromArray(i, 2f * i).castTo(DataType.FLOAT);
            INDArray longer = Nd4j.ones(DataType.FLOAT, i);
            run(bench -> {
                sums.add(bench.run("add", bench.own(2), x, x).toFloatVector());
                sums.add(bench.run("concat", new long[] {0}, bench.own(longer.length() + 2), x, longer)
                        .toFloatVector());
            });
            x.close();
        }
        assertThat(sums.get(0)).containsExactly(2, 4);
        assertThat(sums.get(1)).containsExactly(1, 2, 1);
        assertThat(sums.get(4)).containsExactly(6, 12);
        assertThat(sums.get(5)).containsExactly(3, 6, 1, 1, 1);
    }

    @Test
    void aStretchGrowsAndForgetsWhatLayThere() {
        List<INDArray> given = new ArrayList<>();
        run(bench -> given.add(bench.array(1, 4)));
        run(bench -> given.add(bench.array(1, 8)));
        run(bench -> given.add(bench.array(1, 4)));
        assertThat(given.get(1).length()).isEqualTo(8);
        given.get(1).assign(5);
        assertThat(given.get(2).toFloatVector()).as("on the larger stretch").containsOnly(5);
    }
}
