package io.github.rewrite4j.samediff.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.rewrite4j.samediff.Matrices;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ProgramTest {
    private static final int SAMPLES = 7;
    private static final int AT_ONCE = 3;

    private final INDArray x = Matrices.random(SAMPLES, 4, 1).toArray().castTo(DataType.FLOAT);
    private final INDArray w = Matrices.random(4, 2, 2).toArray().castTo(DataType.FLOAT);
    private final INDArray y = x.mmul(w);

    private static SameDiff product() {
        SameDiff graph = SameDiff.create();
        graph.placeHolder("x", DataType.FLOAT, -1, 4)
                .mmul(graph.placeHolder("w", DataType.FLOAT, 4, 2))
                .rename("y");
        return graph;
    }

    private List<INDArray> read(Program program, String output) {
        List<INDArray> parts = new ArrayList<>();
        program.readBatched(Map.of("w", w), Map.of("x", x), SAMPLES, output, part -> parts.add(part.dup()));
        return parts;
    }

    private static void assertParts(List<INDArray> parts, INDArray whole) {
        assertThat(parts).hasSize(3);
        assertThat(Nd4j.concat(0, parts.toArray(INDArray[]::new)).equalsWithEps(whole, 1e-6))
                .isTrue();
    }

    @Test
    void batchesGiveWhatOneRunGives() {
        Program program = new Program(product(), AT_ONCE);
        INDArray joined = Named.in(program.runBatched(Map.of("w", w), Map.of("x", x), SAMPLES, List.of("y")), "y");
        assertThat(joined.equalsWithEps(y, 1e-6)).isTrue();
        assertParts(read(program, "y"), y);
    }

    @Test
    void aFedVariableIsReadAsItIsAndStaysUsable() {
        Program program = new Program(product(), AT_ONCE);
        assertParts(read(program, "x"), x);
        INDArray joined = Named.in(program.runBatched(Map.of("w", w), Map.of("x", x), SAMPLES, List.of("x")), "x");
        assertThat(joined).isEqualTo(x);
        assertThat(x.wasClosed()).isFalse();
    }

    @Test
    void copiesOfRowsAreFreedWithTheirBatch() {
        List<INDArray> fed = new ArrayList<>();
        Shortcut shortcut = (feeds, outputs, reader) -> {
            INDArray rows = Named.in(feeds, "x");
            assertThat(fed).allMatch(INDArray::wasClosed);
            fed.add(rows);
            reader.accept("y", rows.mmul(Named.in(feeds, "w")));
            return true;
        };
        Program program = new Program(product(), AT_ONCE, shortcut);
        assertParts(read(program, "y"), y);
        program.runBatched(Map.of("w", w), Map.of("x", x), SAMPLES, List.of("y"));
        assertThat(fed).hasSize(6).allMatch(INDArray::wasClosed);
        assertThat(List.of(x, w)).noneMatch(INDArray::wasClosed);
    }

    @Test
    void copiesOfRowsAreFreedWhenTheReaderFails() {
        List<INDArray> shown = new ArrayList<>();
        Program program = new Program(product(), AT_ONCE);
        assertThatIllegalStateException()
                .isThrownBy(() -> program.readBatched(Map.of("w", w), Map.of("x", x), SAMPLES, "y", part -> {
                    shown.add(part);
                    throw new IllegalStateException("enough");
                }))
                .withMessage("enough");
        assertThat(shown).hasSize(1).allMatch(INDArray::wasClosed);
    }
}
