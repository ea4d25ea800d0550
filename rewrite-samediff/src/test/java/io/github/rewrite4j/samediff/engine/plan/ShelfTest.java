package io.github.rewrite4j.samediff.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** However many networks are open, what waits for their next run stays within a share of the heap. */
class ShelfTest {
    private final List<GraphEngine> engines = new ArrayList<>();

    @AfterEach
    void close() {
        engines.forEach(GraphEngine::close);
    }

    private GraphEngine engine() {
        SameDiff graph = SameDiff.create();
        SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 1, 4);
        graph.math().tanh("y", x);
        GraphEngine engine = new GraphEngine(graph);
        engines.add(engine);
        return engine;
    }

    private static void run(GraphEngine engine, long rows) {
        try (INDArray x = Nd4j.zeros(DataType.FLOAT, rows, 1, 4)) {
            assertThat(engine.run(Map.of("x", x), List.of("y"), (name, y) -> y.close()))
                    .isTrue();
        }
    }

    @Test
    void manyNetworksTogetherKeepNoMoreThanTheirShare() {
        long rows = Shelf.most() / 40;
        long one = 0;
        for (int i = 0; i < 12; i++) {
            long before = Shelf.waiting();
            run(engine(), rows);
            one = Math.max(one, Shelf.waiting() - before);
        }
        assertThat(one).as("a plan of which a few fill the share").isGreaterThan(Shelf.most() / 12);
        assertThat(Shelf.waiting()).isLessThanOrEqualTo(Shelf.most()).isGreaterThan(Shelf.most() / 2);
    }

    @Test
    void theNetworkInUseKeepsTwoKindsOfRunsHoweverLarge() {
        GraphEngine engine = engine();
        long rows = Shelf.most() / 6;
        run(engine, rows);
        run(engine, rows + 1);
        long two = Shelf.waiting();
        assertThat(two).isGreaterThan(Shelf.most());
        run(engine, rows);
        assertThat(Shelf.waiting()).isEqualTo(two);
        run(engine(), 1);
        assertThat(Shelf.waiting()).as("of others, nothing more than the share").isLessThan(Shelf.most());
    }
}
